use super::{assert_each, assert_none};
use crate::Evidence::{Context, Shape};
use crate::Kind::{BirthDate, Coordinates};

#[test]
fn dates_beside_a_word_of_birth_are_found() {
    assert_each(&[
        ("born on 12 March 1985 in Ghent", "12 March 1985", BirthDate, Context),
        ("born March 12, 1985.", "March 12, 1985", BirthDate, Context),
        ("born March 12 1985.", "March 12 1985", BirthDate, Context),
        ("born March 12th, 1985.", "March 12th, 1985", BirthDate, Context),
        ("DOB: 1985-03-12", "1985-03-12", BirthDate, Context),
        ("DOB 03/12/1985", "03/12/1985", BirthDate, Context),
        ("\"birth_date\": \"1985-03-12\"", "1985-03-12", BirthDate, Context),
        ("geboren am 12.03.1985", "12.03.1985", BirthDate, Context),
        ("geb. 12. März 1985", "12. März 1985", BirthDate, Context),
        ("née le 1er mars 1985", "1er mars 1985", BirthDate, Context),
        ("nacido el 12 de marzo de 1985", "12 de marzo de 1985", BirthDate, Context),
        ("nato il 12/03/1985", "12/03/1985", BirthDate, Context),
        ("生年月日：1985年3月12日", "1985年3月12日", BirthDate, Context),
        ("생년월일 1985년 3월 12일", "1985년 3월 12일", BirthDate, Context),
        ("дата рождения 12 марта 1985", "12 марта 1985", BirthDate, Context),
        ("تاريخ الميلاد ١٢/٠٣/١٩٨٥", "١٢/٠٣/١٩٨٥", BirthDate, Context),
        ("Data urodzenia: 12.03.85", "12.03.85", BirthDate, Context),
    ]);
}

#[test]
fn other_dates_are_not_found() {
    assert_none(&[
        "on 12 March 1985",
        "1985-03-12",
        "hired 2020-01-01",
        "born in Ghent",
        "born 45.13.1985",
        "born 1985",
        "birth rate of 12.3.4",
        "stillborn 12 of 1985 cases",
        "the newborn weighed 3.5 kg",
    ]);
}

#[test]
fn places_are_found_by_a_word_or_the_compass() {
    assert_each(&[
        ("gps: 48.8566, 2.3522", "48.8566, 2.3522", Coordinates, Context),
        ("coordinates -33.8688,151.2093", "-33.8688,151.2093", Coordinates, Context),
        ("48.8566° N, 2.3522° E", "48.8566° N, 2.3522° E", Coordinates, Shape),
        ("40°26'46\"N 79°58'56\"W", "40°26'46\"N 79°58'56\"W", Coordinates, Shape),
        ("40° 26′ 46″ N", "40° 26′ 46″ N", Coordinates, Shape),
        ("{\"latitude\": 48.8566}", "48.8566", Coordinates, Context),
    ]);
    assert_none(&[
        "0.1234, 0.5678",
        "[0.12345, 0.67891, 0.23456]",
        "3.14, 2.71",
        "location 3",
        "20°C",
        "gps 1.5",
        "costs 12.50, 13.75",
        "weights 1.2345, 2.3456, 3.4567",
    ]);
}
