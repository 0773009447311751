//! Text in which nothing may raise.

use super::assert_none;

#[test]
fn numbers_of_trade_raise_nothing() {
    assert_none(&[
        "Order no. 2024-000123 of 12.50 EUR, invoice INV-20240312-0042, customer 10023.",
        "Order 111222333 was shipped; tracking 1Z999AA10123456784.",
        "Total: 1,234,567.89 USD (incl. 19% VAT); 12 345 678 901 units; $123,456,782",
        "ISBN 978-3-16-148410-0, EAN 4006381333931, ISSN 2049-3630, UPC 036000291452",
        "Article 5901234123457, batch 20240312, serial SN-86095742719-X, lot #86095742719",
        "Rechnung Nr. 2024/00123 vom 12.03.2024, Betrag 1.234,56 €, Kundennummer 4711",
        "PO 4500012345 / item 00010 / qty 000000000012 / price 0000001234.50",
        "Bestellnummer 123456782, Artikel 044051401359",
        "Facture n° 2024-0456 du 03/12/2024 : 1 234,56 €",
        "The budget is 86095742719 dollars, or 86095742719 € in all.",
    ]);
}

#[test]
fn what_a_word_of_trade_names_is_not_even_masked() {
    let texts = [
        "Artikel 942-362-3093 liegt bereit",
        "Part no. 570-935-0206",
        "Customer no. 86095742719",
        "N.º de cliente 123456782",
        "Gracias por su carta. EAN 4006380949498",
        "ref 5134 4504 2052 6909",
    ];
    for text in texts {
        assert_eq!(super::found(text), [], "{text}");
    }
}

#[test]
fn logs_and_code_raise_nothing() {
    assert_none(&[
        "2024-03-12T14:15:16.789Z INFO [worker-12] took 1234567890 ns (pid 31337)",
        "1709123456789 1709123456 1709123456789012 0x7ffd1234abcd",
        "commit 7f3a9c2e1b4d4c6f8a9b0c1d2e3f4a5b6c7d8e9f",
        "id=7f3a9c2e-1b4d-4c6f-8a9b-0c1d2e3f4a5b trace=4bf92f3577b34da6a3ce929d0e0e4736",
        "550e8400-e29b-41d4-a716-446655440000 and 123e4567-e89b-12d3-a456-426614174000",
        "md5 d41d8cd98f00b204e9800998ecf8427e sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "let x: [f64; 4] = [0.1234, 0.5678, 1.2345, 2.3456]; const N: usize = 1_000_000_007;",
        "for i in 0..10 { v[i] = i * 31 + 7; } // see RFC 2119, section 3.1.2.4",
        "GET /api/v2/items/123456789?page=2&limit=50 HTTP/1.1 200 5123 \"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0\"",
        "rustc 1.95.0 (59807616e 2026-04-14), kernel 6.1.0-18-amd64, glibc 2.36-9+deb12u4, tokio 1.54.1",
        "Chrome/120.0.6099.109 Safari/537.36, Windows NT 10.0; build 10.0.19045.3803",
        "[  123.456789] usb 1-1.2: new high-speed USB device number 5 using xhci_hcd",
        "at com.example.Foo$Bar.baz(Foo.java:123) error 0xC0000005 line 1024 col 17",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4",
        "docker pull nginx@sha256:0d17b565c37bcbd895e9d92315a05c1c3c9a29f762b011a10c54a66cd53c9b31",
        "arn:aws:iam::123456789012:role/demo s3://bucket-20240312/key_000123456782.parquet",
        "color: #123456; margin: 0 12px 24px 36px; transform: matrix(1.0000, 0.0000, 0.0000, 1.0000, 12.3456, 7.8901)",
        "printf(\"%08x %d\\n\", 0xdeadbeef, 123456782); sleep 3600; port 8080; uid 1000",
    ]);
}

#[test]
fn prose_with_numbers_raises_nothing() {
    assert_none(&[
        "In 1985 some 12 345 people lived here; by 2024-03-12 it was 1,234,567 (up 12.5%).",
        "The train leaves at 12:30 from track 7 and arrives at 14:45:10 on 12.03.2024.",
        "Chapter 3.2.1, page 123-145, figure 12.3, equation (4.5.6), footnote 17.",
        "Room 4.012, floor 3, 12 Main Street, 10115 Berlin, 75008 Paris, SW1A 1AA London.",
        "The score was 3-2, 6-4 6-7 7-5; he ran 100 m in 9.58 s and 42.195 km in 2:01:09.",
        "Pi is 3.14159265358979, e is 2.71828182845905, c is 299792458 m/s, Avogadro 6.02214076e23.",
        "Mix 250 g flour, 3 eggs and 1.5 l milk; bake 25 min at 180 °C (350 °F).",
        "Flight LH1234 on 12MAR, seat 23A, gate B12; booking code X7Y8Z9.",
        "Die Sitzung vom 12. März 2024 dauerte 90 Minuten; § 139b Abs. 3 Nr. 2 AO gilt.",
        "Directive 95/46/EC, Regulation (EU) 2016/679, case C-311/18, ECLI:EU:C:2020:559.",
        "Model A-123456 weighs 12.345 kg, measures 1200x800x145 mm and draws 230 V at 16 A.",
        "Population: 1 402 112 000 (2020); area 9 596 961 km2; GDP 14.72 trillion.",
        "He called 3 times and sold 1200 cards; a card costs 12.50.",
        "今年は2024年で、参加者は12345人でした。会議は3月12日14時30分から。",
        "В 2024 году было продано 123456782 единиц товара.",
    ]);
}
