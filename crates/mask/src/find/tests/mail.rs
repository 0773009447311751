use super::{assert_each, assert_none};
use crate::Evidence::Shape;
use crate::Kind::Email;

#[test]
fn addresses_end_where_prose_goes_on() {
    assert_each(&[
        ("Write to jane.doe@example.com.", "jane.doe@example.com", Email, Shape),
        ("<jane+tag@mail.example.co.uk>", "jane+tag@mail.example.co.uk", Email, Shape),
        ("email=jane_doe@example.org&x=1", "jane_doe@example.org", Email, Shape),
        ("\"o'brien@example.ie\"", "brien@example.ie", Email, Shape),
        ("Пишите на иван@почта.рф, пожалуйста", "иван@почта.рф", Email, Shape),
        ("邮箱zhang@example.com请联系", "zhang@example.com", Email, Shape),
        ("mailto:jürgen@müller.de?subject=x", "jürgen@müller.de", Email, Shape),
        ("(JANE@EXAMPLE.COM)", "JANE@EXAMPLE.COM", Email, Shape),
    ]);
}

#[test]
fn what_only_holds_an_at_sign_is_no_address() {
    assert_none(&[
        "ssh git@github.com:rust-lang/rust.git",
        "logo@2x.png",
        "import x from '@types/node'",
        "pkg@1.2.3",
        "user@host",
        "5 apples @ 3 each",
        "@jane said so",
        "a@b",
        "foo@.com",
        "foo@bar..com",
        "systemctl start getty@tty1.service",
        "jane@example.c",
        "@@@@",
        "x@y@z",
    ]);
}
