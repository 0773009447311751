//! Official clients against a gateway in a process of its own. What is asserted of the client of OpenAI for Python stands in
//! `tests/python/sdk.py`; here is the estate that it talks to, and what its upstreams saw. The others are in `clients`.

mod clients;
mod stage;
mod tool_caller;

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use testkit::{FakeUpstream, Mode};

use crate::check::replace;
use crate::house::{DESK, House, endpoint};
use crate::served::Served;
use tool_caller::ToolCaller;

#[tokio::test(flavor = "multi_thread")]
async fn the_openai_client_for_python_works_unchanged() {
    let python = std::env::var_os("COMITY_PYTHON").unwrap_or_else(|| {
        panic!("COMITY_PYTHON is not set: run `cargo xtask test`, which makes a Python with the client for this test")
    });
    let house = House::build().await;
    let (cut, picky, busy, dead) = (
        behaving(Mode::Cut { after: 3 }).await,
        behaving(Mode::Status(400)).await,
        behaving(Mode::Busy { retry_after: 3 }).await,
        behaving(Mode::Instant).await,
    );
    dead.die().await;
    let tools = ToolCaller::start().await;
    extend(
        &house,
        &[
            ("cut", &cut.url()),
            ("picky", &picky.url()),
            ("busy", &busy.url()),
            ("dead", &dead.url()),
            ("tools", &tools.url()),
        ],
    );
    let served = Served::start(&house);

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/sdk.py");
    let output = Command::new(python)
        .arg("-B")
        .arg(script)
        .env("COMITY_BASE_URL", format!("http://{}/v1", served.address))
        .env("COMITY_KEY", DESK)
        .env("COMITY_TEXT", house.home.text())
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("Ran 20 tests"), "{said}");

    assert_eq!(house.away.count(), 0, "nothing crossed to where the law forbids it");
    assert_eq!((cut.count(), picky.count(), busy.count()), (1, 1, 1), "no attempt was made twice");
    let bodies: Vec<Value> =
        house.home.requests().iter().map(|r| serde_json::from_slice(&r.body).unwrap()).collect();
    assert!(bodies.iter().any(|b| b["brand_new_field"]["deep"][1] == 2.5), "an unknown field was lost");
    assert!(bodies.iter().any(|b| b["messages"][2]["tool_call_id"] == "call_1"), "a tool's answer was lost");
    let asked = tools.requests();
    assert_eq!(asked[0]["tools"][0]["function"]["name"], "weather");
    let whole = asked.iter().find(|b| b["stream"] != true).unwrap();
    assert_eq!((&whole["tool_choice"], &whole["parallel_tool_calls"]), (&"auto".into(), &false.into()));
    let headers =
        format!("{:?}", house.home.requests().iter().map(|r| r.headers.clone()).collect::<Vec<_>>());
    for own in ["x-stainless", "OpenAI/Python", "x-comity", DESK] {
        assert!(!headers.contains(own), "`{own}` of the caller's headers crossed");
    }
    served.stop();
}

async fn behaving(mode: Mode) -> FakeUpstream {
    let upstream = FakeUpstream::start().await.unwrap();
    upstream.set(mode);
    upstream
}

/// Gives the desk further endpoints at home, each with a model name of its own.
fn extend(house: &House, more: &[(&str, &str)]) {
    let endpoints: String = more.iter().map(|(id, url)| endpoint(id, "near", "DE", url)).collect();
    let ids: Vec<&str> = more.iter().map(|(id, _)| *id).collect();
    give_desk(house, &endpoints, &ids);
}

/// Gives the desk these endpoints, each with its id as the name of a model.
fn give_desk(house: &House, endpoints: &str, ids: &[&str]) {
    house.write("more.toml", endpoints);
    let names: String = ids.iter().map(|id| format!(", {id} = [\"{id}\"]")).collect();
    let ids: String = ids.iter().map(|id| format!(", \"{id}\"")).collect();
    let systems = house.file("systems.toml");
    replace(&systems, r#"["home", "second", "away"]"#, &format!(r#"["home", "second", "away"{ids}]"#));
    replace(&systems, r#"overseas = ["away"] }"#, &format!(r#"overseas = ["away"]{names} }}"#));
}
