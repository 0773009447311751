use super::{assert_each, assert_none};
use crate::Evidence::Shape;
use crate::Kind::{Ip, Mac, UrlCredential};

#[test]
fn addresses_of_hosts_are_found() {
    // RFC 5737 and RFC 3849 keep these for documentation, RFC 7042 the MAC addresses.
    assert_each(&[
        ("from 192.0.2.1 at night", "192.0.2.1", Ip, Shape),
        ("host 203.0.113.7:8080 answered", "203.0.113.7", Ip, Shape),
        ("(198.51.100.23)", "198.51.100.23", Ip, Shape),
        ("203.0.113.0/24", "203.0.113.0", Ip, Shape),
        ("It was 203.0.113.7.", "203.0.113.7", Ip, Shape),
        ("addr 2001:db8::1 up", "2001:db8::1", Ip, Shape),
        ("2001:0db8:85a3:0000:0000:8a2e:0370:7334", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", Ip, Shape),
        ("[2001:db8:85a3::8a2e:370:7334]:443", "2001:db8:85a3::8a2e:370:7334", Ip, Shape),
        ("fe80::1ff:fe23:4567:890a%eth0", "fe80::1ff:fe23:4567:890a", Ip, Shape),
        ("::ffff:192.0.2.128", "::ffff:192.0.2.128", Ip, Shape),
        ("ether 00:00:5e:00:53:af txq", "00:00:5e:00:53:af", Mac, Shape),
        ("00-00-5E-00-53-AF", "00-00-5E-00-53-AF", Mac, Shape),
        ("mac 0000.5e00.53af", "0000.5e00.53af", Mac, Shape),
    ]);
}

#[test]
fn versions_times_and_paths_are_no_addresses() {
    assert_none(&[
        "version 1.2.3.4",
        "v1.2.3.4",
        "release 10.0.19041.1",
        "1.2.3.4.5",
        "127.0.0.1",
        "0.0.0.0",
        "255.255.255.0",
        "300.1.1.1",
        "section 2.3.4.5",
        "at 12:30:45",
        "2024-01-01T12:30:45Z",
        "std::vec1::Vec",
        "dead::beef1",
        "::1",
        "a::b2::c",
        "10:20",
        "01.02.03.04",
        "1.2.3",
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "SHA1 a1:b2:c3:d4:e5:f6:a7:b8:c9:d0:e1:f2:a3:b4:c5:d6:e7:f8:a9:b0",
    ]);
}

#[test]
fn urls_with_a_secret_are_found_whole() {
    assert_each(&[
        (
            "postgres://app:s3cr3t@db.example.com:5432/x, then",
            "postgres://app:s3cr3t@db.example.com:5432/x",
            UrlCredential,
            Shape,
        ),
        (
            "see https://api.example.com/v1?token=a8f3k2m9x7&x=1.",
            "https://api.example.com/v1?token=a8f3k2m9x7&x=1",
            UrlCredential,
            Shape,
        ),
    ]);
    assert_none(&[
        "https://example.com/a?b=c",
        "https://example.com/page?id=12345678",
        "http://user@example.com/",
        "https://example.com:8080/@jane",
        "https://example.com/?token=",
        "postgres://app:${DB_PASSWORD}@db/x",
    ]);
}
