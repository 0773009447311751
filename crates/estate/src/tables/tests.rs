use terms::{Place, PlaceSet};

use super::rows::Places;
use super::{HostPlace, Profiled, Tables};

fn tables() -> &'static Tables {
    Tables::get().unwrap()
}

fn place_of(host: &str) -> String {
    match tables().host(host).unwrap().place {
        HostPlace::Known(places) => places.to_string(),
        HostPlace::Unpromised => "unpromised".to_owned(),
        HostPlace::UnknownRegion(id) => format!("unknown region {id}"),
    }
}

#[test]
fn every_row_of_the_tables_can_be_used() {
    let t = tables();
    for cloud in t.clouds.values() {
        for region in &cloud.regions {
            assert!(region.place.parse::<Place>().is_ok(), "{}:{}", cloud.cloud, region.id);
        }
    }
    for row in t.exact.iter().chain(&t.patterns) {
        assert!(row.operator.hq.parse::<Place>().is_ok(), "{}", row.pattern);
        assert!(row.cloud.as_ref().is_none_or(|c| t.clouds.contains_key(c)), "{}", row.pattern);
        match &row.places {
            Places::Word(word) => assert!(["region", "unknown"].contains(&word.as_str()), "{}", row.pattern),
            Places::List(codes) => {
                assert!(codes.iter().all(|c| c.parse::<Place>().is_ok()), "{}", row.pattern)
            }
        }
    }
    for profile in t.profiles.values() {
        assert_eq!(profile.regions.is_empty(), profile.global, "{}", profile.id);
        assert!(profile.regions.iter().all(|r| t.region_of(&profile.cloud, r).is_some()), "{}", profile.id);
    }
}

#[test]
fn a_host_tells_its_place() {
    assert_eq!(place_of("bedrock-runtime.us-east-1.amazonaws.com"), "US-VA");
    assert_eq!(place_of("europe-west3-aiplatform.googleapis.com"), "DE");
    assert_eq!(place_of("bedrock-runtime.cn-north-1.amazonaws.com.cn"), "CN");
    assert_eq!(place_of("api.openai.com"), "unpromised");
    assert_eq!(place_of("bedrock-runtime.eu-nowhere-9.amazonaws.com"), "unknown region eu-nowhere-9");
}

#[test]
fn a_host_that_only_looks_like_a_known_one_is_unknown() {
    for host in [
        "bedrock-runtime.us-east-1.amazonaws.com.example.net",
        "x.bedrock-runtime.us-east-1.amazonaws.com",
        "-aiplatform.googleapis.com",
        "amazonaws.com",
    ] {
        assert!(tables().host(host).is_none(), "{host}");
    }
}

#[test]
fn regions_and_profiles_stand_for_places_and_operators() {
    let frankfurt = tables().regions("aws:eu-central-1").unwrap();
    assert_eq!(frankfurt.places.to_string(), "DE");
    assert_eq!(frankfurt.operators[0].vendor, "Amazon Web Services");
    let eu = tables().regions("bedrock:eu").unwrap();
    let some: PlaceSet = ["DE", "IE", "CH"].iter().map(|c| c.parse::<Place>().unwrap()).collect();
    assert!(eu.places.contains_all(&some), "{}", eu.places);
    assert!(tables().regions("bedrock:global").unwrap().places.is_empty());
    assert!(tables().regions("aws:atlantis-1").is_none() && tables().regions("DE").is_none());
}

#[test]
fn a_model_id_may_leave_its_region() {
    let says = |model: &str| tables().bedrock_profile(model);
    let eu = Profiled::In(tables().regions("bedrock:eu").unwrap().places);
    assert_eq!(says("eu.someone.model"), eu);
    assert_eq!(says("arn:aws:bedrock:eu-central-1:1:inference-profile/eu.someone.model"), eu);
    assert_eq!(says("someone.model"), Profiled::No);
    assert_eq!(says("arn:aws:bedrock:eu-central-1::foundation-model/someone.model"), Profiled::No);
    assert_eq!(says("global.someone.model"), Profiled::Anywhere);
    assert_eq!(says("arn:aws:bedrock:eu-central-1:1:application-inference-profile/x1"), Profiled::Anywhere);
}
