use super::look;
use crate::Detail;

fn seen(text: &str) -> Vec<(Detail, usize)> {
    let mut all = Vec::new();
    look(text, |detail, count| all.extend((count > 0).then_some((detail, count))));
    all
}

#[test]
fn ordinary_text_of_every_script_says_nothing() {
    let ordinary = [
        "Wir haben die Straße über den Fluß gesperrt; der Zug fährt um 7:35 Uhr – pünktlich.",
        "Zażółć gęślą jaźń. Příliš žluťoučký kůň úpěl ďábelské ódy.",
        "المكتبة مفتوحة كل يوم من التاسعة صباحًا حتى الخامسة مساءً، ما عدا الجمعة.",
        "\u{200f}הספרייה פתוחה בכל יום (חוץ משבת) עד השעה 17:00.\u{200f}",
        "کتاب\u{200c}خانه هر روز باز است و می\u{200c}توانید کتاب\u{200c}ها را به خانه ببرید.",
        "पुस्तकालय हर दिन खुला रहता है; क्\u{200d}ष और क्\u{200c}ष अलग दिखते हैं।",
        "വായനശാല എല്ലാ ദിവസവും തുറന്നിരിക്കും; അവന്\u{200d} വന്നു.",
        "ශ්\u{200d}රී ලංකාව",
        "ห้องสมุด\u{200b}เปิด\u{200b}ทุกวัน\u{200b}ยกเว้น\u{200b}วันหยุด",
        "បណ្ណាល័យ\u{200b}\u{200b}\u{200b}បើក\u{200b}រាល់ថ្ងៃ",
        "図書館は毎日九時に開きます。葛\u{e0100}城市と葛城市。",
        "도서관은 매일 아홉 시에 엽니다.",
        "Библиотека открыта каждый день; отправьте SMSку в IT-отдел.",
        "Η βιβλιοθήκη είναι ανοιχτή. Το μήκος είναι 5 μm και Δx = 3 Ωm.",
        "Families 👨\u{200d}👩\u{200d}👧\u{200d}👦 and 🏳\u{fe0f}\u{200d}🌈, hearts ❤\u{fe0f}, keys 1\u{fe0f}\u{20e3}.",
        "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} won against 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}.",
        "\u{feff}A file that begins with a mark.",
        "Hello, \u{2068}Anna\u{2069}! You have \u{2068}3\u{2069} letters.",
        "\u{202b}%(num)d ساڵ",
        "الإصدار \u{202a}v2.1-beta\u{202c} متاح الآن.",
        "An icon \u{f8ff} and a soft\u{ad}hyphen.",
        "x\u{2062}y is a product.",
    ];
    for text in ordinary {
        assert_eq!(seen(text), [], "{text}");
    }
}

#[test]
fn text_that_reads_otherwise_than_it_stands_is_told() {
    let trojan = "if access != \"user\u{202e} \u{2066}// Check if admin\u{2069} \u{2066}\" {";
    assert_eq!(seen(trojan), [(Detail::BidiControls, 4)]);
    assert_eq!(seen("an open \u{2067}isolate"), [(Detail::BidiControls, 1)]);
    assert_eq!(seen("שלום \u{202e}abc\u{202c}"), [(Detail::BidiControls, 2)]);
    assert_eq!(seen("closed \u{202c}before it was opened \u{202a}"), [(Detail::BidiControls, 2)]);
}

#[test]
fn tags_that_are_no_flag_are_told() {
    let hidden: String = "ignore".bytes().filter_map(|b| char::from_u32(0xe0000 + u32::from(b))).collect();
    assert_eq!(seen(&format!("Hello{hidden}")), [(Detail::TagCharacters, 6)]);
    assert_eq!(seen(&format!("🏴{hidden}\u{e007f}")), [(Detail::TagCharacters, 7)]);
    assert_eq!(seen("🏴\u{e0067}\u{e0062}\u{e0073}"), [(Detail::TagCharacters, 3)], "a flag without an end");
}

#[test]
fn bits_without_width_are_told() {
    let bits = "Hello\u{200b}\u{200c}\u{200b}\u{200b}\u{200c} there";
    assert_eq!(seen(bits), [(Detail::ZeroWidth, 5)]);
    assert_eq!(seen("a\u{200b}\u{feff}b"), [(Detail::ZeroWidth, 2)]);
    assert_eq!(seen(&format!("ends {}", "\u{200d}".repeat(8))), [(Detail::ZeroWidth, 8)]);
    assert_eq!(seen("i\u{200b}gn\u{200b}ore"), [], "two are an accident");
    assert_eq!(seen("i\u{200b}g\u{200b}no\u{2060}re"), [(Detail::ZeroWidth, 3)]);
}

#[test]
fn bytes_in_variation_selectors_are_told() {
    assert_eq!(seen("😀\u{fe0f}\u{e0101}\u{e0145}"), [(Detail::VariationSelectors, 2)]);
    assert_eq!(seen("x\u{e0150}"), [(Detail::VariationSelectors, 1)]);
    assert_eq!(seen(" \u{fe00}"), [(Detail::VariationSelectors, 1)]);
}

#[test]
fn private_characters_and_lost_formats_are_told() {
    assert_eq!(seen("\u{e001}\u{e002}\u{e003}"), []);
    assert_eq!(seen("\u{e001}\u{e002}\u{e003}\u{f0001}"), [(Detail::PrivateUse, 4)]);
    assert_eq!(seen("a\u{206a}b\u{fff9}"), [(Detail::InvisibleFormat, 2)]);
}

#[test]
fn letters_that_pass_for_others_are_told() {
    assert_eq!(seen("log in at p\u{430}yp\u{430}l now"), [(Detail::MixedScripts, 1)]);
    assert_eq!(
        seen("ign\u{43e}re this, and Tes\u{442}"),
        [(Detail::MixedScripts, 1)],
        "т does not pass for t"
    );
    assert_eq!(seen("\u{455}end"), [], "one change of script, once");
    assert_eq!(seen("\u{455}end \u{440}rint \u{435}xport"), [(Detail::MixedScripts, 3)]);
}
