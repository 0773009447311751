//! Telemetry is a crossing like any other: ruled on by law, on record, and refused in doubt.

use border::Refused;
use ledger::{Entry, Telemetry};
use testkit::store::{Lie, Operation, Persisted, Reported};

use crate::house::{ESTATE, HOUR, House, NOW, estate};

/// A collector of `vendor` in `place`.
fn collector(vendor: &str, place: &str) -> String {
    format!(
        "{ESTATE}\n[telemetry]\nurl = \"https://otel.example\"\ntraces = true\nplace = \"{place}\"\nsource = \"test\"\n\
         checked = \"2026-11-01\"\noperation = \"store\"\n\
         parties = [{{ role = \"operator\", vendor = \"{vendor}\", access = \"clear\", remote_access_from = [], \
         keys_with_third_party = false, importer_adequate_law = false, importer_kind = \"private\", \
         relation = \"vendor_agreement\" }}]\n"
    )
}

fn on_record(house: &House) -> Vec<Telemetry> {
    let only = |e| if let Entry::Telemetry(t) = e { Some(t) } else { None };
    house.entries().into_iter().filter_map(only).collect()
}

fn may(house: &House, system: &str) -> bool {
    let snapshot = house.border.latest();
    snapshot.estate().telemetry().is_some_and(|to| house.border.may_tell(system, to))
}

#[tokio::test]
async fn nothing_leaves_before_it_is_ruled_on_and_on_record() {
    let house = House::at(NOW, &collector("rhein", "DE")).await;
    assert!(!may(&house, "support"));
    let (path, reported, persisted) = ("journal/".into(), Reported::Io, Persisted::Nothing);
    house.store.lie(Lie { on: Operation::Sync, path, after: 0, reported, persisted });
    let refused = house.border.rule_on_telemetry().await.unwrap_err();
    assert!(matches!(refused, Refused::NoRecord(_)), "{refused}");
    assert!(!may(&house, "support"));
}

#[tokio::test]
async fn what_is_lawful_may_leave_and_each_ruling_is_on_record_once() {
    let house = House::at(NOW, &collector("rhein", "DE")).await;
    let ruled = house.border.rule_on_telemetry().await.unwrap().unwrap();
    assert!(ruled.systems["support"].permit && may(&house, "support"));
    assert!(!may(&house, "no-such-system"));
    let recorded = on_record(&house);
    assert_eq!(recorded.len(), house.border.latest().estate().systems().count());
    let support = recorded.iter().find(|t| t.system == "support").unwrap();
    assert!(support.permit && !support.decisions.is_empty());
    house.border.rule_on_telemetry().await.unwrap();
    assert_eq!(on_record(&house).len(), recorded.len());
    // Another address is another party's, whatever was ruled on this one.
    let elsewhere = estate(&collector("rhein", "DE").replace("otel.example", "otel.invalid"));
    assert!(!house.border.may_tell("support", elsewhere.telemetry().unwrap()));
    assert_eq!(house.end().await.telemetry, recorded.len() as u64);
}

#[tokio::test]
async fn what_is_not_lawful_stays_and_the_decision_is_on_record() {
    let house = House::at(NOW, &collector("huanghe", "CN")).await;
    let ruled = house.border.rule_on_telemetry().await.unwrap().unwrap();
    assert!(!ruled.systems["support"].permit && !may(&house, "support"));
    let support = on_record(&house).into_iter().find(|t| t.system == "support").unwrap();
    assert!(!support.permit);
    let index = support.decisions[0];
    let line = house.border.ledger().entry(index).unwrap();
    let Entry::Decision(decision) = Entry::parse(&line).unwrap() else { panic!("{line}") };
    assert_eq!(
        (&decision.flow["to_location"], &decision.flow["facts"]["operation"]),
        (&"CN".into(), &"store".into())
    );
    assert_ne!(decision.ruling["verdict"], "permit");
}

#[tokio::test]
async fn doubt_refuses_telemetry() {
    // Nobody wrote down the law of the one, and of the other it is not said who is there.
    let house = House::at(
        NOW,
        &collector("rhein", "DE").replace(
            "\"support\"\nname = \"Support\"\nexporter = \"eu\"",
            "\"support\"\nname = \"Support\"\nexporter = \"kp\"",
        ),
    )
    .await;
    house.border.rule_on_telemetry().await.unwrap();
    assert!(!may(&house, "support"));
    let nobody =
        collector("rhein", "DE").replace("access = \"clear\", remote_access_from = []", "access = \"none\"");
    let house = House::at(NOW, &nobody).await;
    let ruled = house.border.rule_on_telemetry().await.unwrap().unwrap();
    assert!(ruled.systems.values().all(|ruled| !ruled.permit));
}

#[tokio::test]
async fn a_reload_and_a_new_day_are_ruled_on_anew() {
    let house = House::at(NOW, &collector("rhein", "DE")).await;
    house.border.rule_on_telemetry().await.unwrap();
    house.border.reload(Ok((house.law.clone(), estate(&collector("huanghe", "CN"))))).await.unwrap();
    assert!(!may(&house, "support"));
    house.border.rule_on_telemetry().await.unwrap();
    assert!(!may(&house, "support"));
    house.border.reload(Ok((house.law.clone(), estate(&collector("rhein", "DE"))))).await.unwrap();
    house.border.rule_on_telemetry().await.unwrap();
    assert!(may(&house, "support"));
    house.clock.set(NOW + 24 * HOUR);
    assert!(!may(&house, "support"), "of the new day nothing is ruled yet");
    house.border.rule_on_telemetry().await.unwrap();
    assert!(may(&house, "support"));
    house.border.reload(Ok((house.law.clone(), estate(ESTATE)))).await.unwrap();
    assert!(house.border.rule_on_telemetry().await.unwrap().is_none());
}
