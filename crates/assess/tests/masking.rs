//! What a mask may never do, over random statements and findings on the example estate under the law of one day.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use assess::{Bench, Candidate, Content, Stated};
use estate::{Estate, Masking, System};
use law::{Edition, Law, Stance};
use proptest::prelude::*;
use proptest::sample::subsequence;
use terms::{Categories, Category, Flag, Form, Token, Verdict};

const DAY: &str = "2026-11-21";

/// The law takes a while to read.
static EDITION: LazyLock<Arc<Edition>> =
    LazyLock::new(|| Law::embedded().unwrap().at(DAY.parse().unwrap(), None).unwrap());
static RETAIL: LazyLock<Estate> = LazyLock::new(|| retail(|text| text));
/// The same, whose first system says that its data are anonymous.
static ANONYMOUS: LazyLock<Estate> = LazyLock::new(|| {
    retail(|text| {
        let text = text.replacen("form = \"raw\"", "form = \"anonymised\"", 1);
        text.replacen("contains_personal = true", "contains_personal = false", 1)
    })
});

fn retail(changed: impl Fn(String) -> String) -> Estate {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/retail");
    let names =
        ["agreements", "endpoints", "estate", "keys", "systems", "vendors"].map(|n| format!("{n}.toml"));
    let read = |name: String| {
        let text = changed(std::fs::read_to_string(folder.join(&name)).unwrap());
        (name, text)
    };
    Estate::from_files(names.map(read).into()).unwrap()
}

/// A system of the example that does this about identifiers.
fn system(estate: &Estate, at: usize, masking: Masking) -> System {
    let systems: Vec<_> = estate.systems().collect();
    that_masks(systems.get(at % systems.len()).unwrap(), masking)
}

fn that_masks(system: &System, masking: Masking) -> System {
    let mut system = system.clone();
    system.masking = masking;
    system
}

fn support_eu(estate: &Estate) -> Arc<System> {
    estate.system(&"support-eu".parse().unwrap()).unwrap().clone()
}

fn candidates(estate: &Estate, system: &System, stated: &Stated) -> Vec<Candidate> {
    let day = DAY.parse().unwrap();
    let editions = [EDITION.clone()];
    let bench = Bench { estate, editions: &editions, days: &[day], stance: Stance::Border };
    bench.assess(system, None, stated).unwrap().unwrap().candidates
}

fn is_lawful(candidate: &&Candidate) -> bool {
    candidate.verdict == Verdict::Permit
}

fn is_masked(candidate: &&Candidate) -> bool {
    candidate.content == Content::Masked
}

fn endpoints<'c>(candidates: impl Iterator<Item = &'c Candidate>) -> BTreeSet<&'c str> {
    candidates.map(|c| c.endpoint.id.as_str()).collect()
}

fn some(most: usize) -> impl Strategy<Value = Categories> {
    subsequence(Category::ALL, 0..=most).prop_map(|words| words.into_iter().collect())
}

fn part_of(all: Categories) -> impl Strategy<Value = Categories> {
    let words: Vec<Category> = all.iter().collect();
    let most = words.len();
    subsequence(words, 0..=most).prop_map(|words| words.into_iter().collect())
}

/// A caller's words, what was found, and which of that a mask takes away.
fn statements() -> impl Strategy<Value = Stated> {
    let found = some(4).prop_flat_map(|detected| (Just(detected), part_of(detected)));
    (some(2), found).prop_map(|(data, (detected, replaceable))| Stated {
        data,
        detected,
        maskable: !replaceable.is_empty(),
        replaceable,
        ..Stated::default()
    })
}

fn masks() -> impl Strategy<Value = Masking> {
    prop_oneof![Just(Masking::Needed), Just(Masking::Always)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn where_masked_content_may_go_the_floor_may_go(at in 0..7usize, masking in masks(), stated in statements()) {
        let system = system(&RETAIL, at, masking);
        let masked = candidates(&RETAIL, &system, &stated);
        let floor = candidates(&RETAIL, &system, &stated.without_findings());
        let lawful = endpoints(masked.iter().filter(is_masked).filter(is_lawful));
        prop_assert!(lawful.is_subset(&endpoints(floor.iter().filter(is_lawful))), "{lawful:?}");
    }

    #[test]
    fn what_is_found_never_loosens_content_as_it_came(at in 0..7usize, less in statements(), more in some(3)) {
        let system = system(&RETAIL, at, Masking::Detect);
        let more = Stated { detected: less.detected.union(more), ..less.clone() };
        let [less, more] = [less, more].map(|stated| candidates(&RETAIL, &system, &stated));
        prop_assert_eq!(less.len(), more.len());
        for (less, more) in less.iter().zip(&more) {
            prop_assert!(more.verdict <= less.verdict, "{}", more.endpoint.id);
        }
    }

    #[test]
    fn a_mask_takes_away_nothing_that_the_caller_stated(at in 0..7usize, masking in masks(), found in statements()) {
        let system = system(&RETAIL, at, masking);
        // The caller names everything that was found.
        let stated = Stated { data: found.data.union(found.detected), ..found };
        let as_it_came = candidates(&RETAIL, &that_masks(&system, Masking::Detect), &stated);
        let with_masks = candidates(&RETAIL, &system, &stated);
        let lawful = endpoints(with_masks.iter().filter(is_masked).filter(is_lawful));
        prop_assert!(lawful.is_subset(&endpoints(as_it_came.iter().filter(is_lawful))), "{lawful:?}");
    }

    #[test]
    fn masked_content_is_pseudonymised_and_its_floor_stands_beside_it(
        at in 0..7usize, masking in masks(), stated in statements(),
    ) {
        let system = system(&RETAIL, at, masking);
        let floor = system.data(stated.data);
        let left = system.data(stated.data.union(stated.detected.minus(stated.replaceable)));
        for candidate in candidates(&RETAIL, &system, &stated).iter().filter(is_masked) {
            let told = candidate.flows.iter().map(|f| (f.flow.form, f.flow.data.unwrap()));
            for (form, data) in told.clone() {
                prop_assert!(form == Form::Pseudonymised && data == left || form == Form::Raw && data == floor);
            }
            let forms: BTreeSet<&str> = told.map(|(form, _)| form.name()).collect();
            prop_assert_eq!(forms.len(), 2, "both are asked of {}", candidate.endpoint.id);
        }
    }

    #[test]
    fn masked_people_are_pseudonymised_where_the_estate_says_that_there_are_none(
        masking in masks(), found in statements(), taken in any::<bool>(),
    ) {
        let system = that_masks(&support_eu(&ANONYMOUS), masking);
        let people = Categories::EMPTY.with(Category::IdentityBasic);
        let replaceable = if taken { found.replaceable.union(people) } else { found.replaceable.minus(people) };
        let maskable = !replaceable.is_empty();
        let stated = Stated { detected: found.detected.union(people), replaceable, maskable, ..found };
        for candidate in candidates(&ANONYMOUS, &system, &stated).iter().filter(is_masked) {
            let forms: BTreeSet<&str> = candidate.flows.iter().map(|f| f.flow.form.name()).collect();
            prop_assert_eq!(forms, BTreeSet::from(["anonymised", "pseudonymised"]));
            let personal = candidate.flows.iter().filter(|f| f.flow.form == Form::Pseudonymised);
            for flow in personal {
                prop_assert_eq!(flow.flow.facts.flags.get(Flag::ContainsPersonal), Some(true));
            }
        }
    }

    #[test]
    fn where_everything_is_masked_nothing_goes_as_it_came(at in 0..7usize, stated in statements()) {
        let all = candidates(&RETAIL, &system(&RETAIL, at, Masking::Always), &stated);
        let expected = if stated.replaceable.is_empty() { 0 } else { all.len() };
        prop_assert_eq!(all.iter().filter(is_masked).count(), expected);
    }
}

/// The properties above would hold of a mask that never helps.
#[test]
fn a_mask_makes_an_endpoint_lawful_whose_paper_does_not_cover_what_was_found() {
    let system = that_masks(&support_eu(&RETAIL), Masking::Needed);
    let found = Categories::EMPTY.with(Category::Financial);
    let stated = Stated { detected: found, replaceable: found, maskable: true, ..Stated::default() };
    let all = candidates(&RETAIL, &system, &stated);
    let mumbai: Vec<_> = all.iter().filter(|c| c.endpoint.id.as_str() == "ganga-mumbai").collect();
    let told: Vec<_> = mumbai.iter().map(|c| (c.content, c.verdict == Verdict::Permit)).collect();
    assert_eq!(told, [(Content::AsItCame, false), (Content::Masked, true)]);
    // Not where the caller says that such data are there.
    let stated = Stated { data: found, ..stated };
    let named = candidates(&RETAIL, &system, &stated);
    assert!(named.iter().filter(is_masked).all(|c| c.verdict != Verdict::Permit));
}
