//! Answers that are given again: only where a route says so, to the same question of the same system, and never about people.

use serde_json::{Value, json};

use crate::house::{Answer, House, Plan, post_with};

const KEY_OF_CATALOG: &str = "key-of-catalog";

/// A system whose data are about nobody, with a name that caches and one that does not.
fn more() -> &'static str {
    use sha2::Digest;
    let system = |id: &str, floor: &str| {
        let key = format!("key-of-{id}");
        let sha = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(&key));
        format!(
            "[[system]]\nid = \"{id}\"\nname = \"{id}\"\nexporter = \"eu\"\nendpoints = [\"frankfurt\", \"paris\"]\nfloor = {{ subject = \"DE\", purposes = [\"inference\"], {floor}, hipaa_covered = false, adds_local_personal_data = false, occasional = false, told_ai = true, obvious_ai = false, offered_to_public = true, synthetic_content_published = false, localisation_order = false }}\n[system.model_aliases]\nkept = {{ endpoints = [\"frankfurt\", \"paris\"], cache = \"10m\" }}\nplain = [\"frankfurt\"]\n[[key]]\nid = \"{id}-key\"\nsystem = \"{id}\"\nsha256 = \"{sha}\"\n"
        )
    };
    let nobody = "data = [\"nonpersonal_industrial\"], contains_personal = false, form = \"raw\"";
    let somebody = "data = [\"identity_basic\"], contains_personal = true, subject_citizenship = \"DE\", collected_in = \"DE\", directed_at = \"DE\"";
    Box::leak((system("catalog", nobody) + &system("people", somebody)).into_boxed_str())
}

async fn house() -> House {
    House::with(Plan { more: more(), ..Plan::default() }).await
}

fn say(model: &str, words: &str) -> Value {
    json!({"model": model, "messages": [{"role": "user", "content": words}]})
}

async fn asked(house: &House, key: &str, body: &Value) -> (Answer, String) {
    let answer =
        house.send(post_with(&[("authorization", &format!("Bearer {key}"))], body.to_string())).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let cache = answer.header("x-comity-cache").unwrap_or("-").to_owned();
    (answer, cache)
}

#[tokio::test]
async fn the_same_question_gets_the_same_answer_until_it_is_too_old() {
    let house = house().await;
    let body = say("kept", "How high is the pass?");
    let (first, miss) = asked(&house, KEY_OF_CATALOG, &body).await;
    let (again, hit) = asked(&house, KEY_OF_CATALOG, &body).await;
    assert_eq!((miss.as_str(), hit.as_str()), ("miss", "hit"));
    assert_eq!(first.body, again.body);
    assert_eq!(again.header("x-comity-receipt"), None, "nothing crossed");
    assert_eq!(house.admissions().len(), 1);
    let (_, other) = asked(&house, KEY_OF_CATALOG, &say("kept", "How high is the tower?")).await;
    assert_eq!(other, "miss");
    house.clock.advance(10 * 60 * 1000);
    assert_eq!(asked(&house, KEY_OF_CATALOG, &body).await.1, "miss");
    assert_eq!(asked(&house, KEY_OF_CATALOG, &say("plain", "How high is the pass?")).await.1, "-");
    house.end().await;
}

#[tokio::test]
async fn what_may_be_about_people_is_never_given_again() {
    let house = house().await;
    for _ in 0..2 {
        assert_eq!(asked(&house, "key-of-people", &say("kept", "How high is the pass?")).await.1, "never");
        let named = say("kept", "Write to anna.schmidt@example.com, please.");
        assert_eq!(asked(&house, KEY_OF_CATALOG, &named).await.1, "never", "an address was found");
        let mut streamed = say("kept", "How high is the pass?");
        streamed["stream"] = json!(true);
        assert_eq!(asked(&house, KEY_OF_CATALOG, &streamed).await.1, "never");
        let image = json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}});
        let seen = json!({"model": "kept", "messages": [{"role": "user", "content": [image]}]});
        assert_eq!(
            asked(&house, KEY_OF_CATALOG, &seen).await.1,
            "never",
            "nobody can tell who is in a picture"
        );
    }
    assert_eq!(house.admissions().len(), 8);
    house.end().await;
}

#[tokio::test]
async fn an_answer_of_an_endpoint_that_is_closed_or_of_another_estate_is_not_given_again() {
    let house = house().await;
    let body = say("kept", "How high is the pass?");
    assert_eq!(asked(&house, KEY_OF_CATALOG, &body).await.1, "miss");
    house.border.close(border::Target::Endpoint("frankfurt".to_owned()), true, "ops", "drill").await.unwrap();
    let (answer, cache) = asked(&house, KEY_OF_CATALOG, &body).await;
    assert_eq!((cache.as_str(), answer.header("x-comity-endpoint")), ("miss", Some("paris")));
    let other = Plan { more: more(), max_requests: "65", ..Plan::default() };
    house.border.reload(Ok((house.law.clone(), house.planned(&other)))).await.unwrap();
    assert_eq!(asked(&house, KEY_OF_CATALOG, &body).await.1, "miss");
    house.end().await;
}
