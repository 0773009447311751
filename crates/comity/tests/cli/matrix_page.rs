//! The page of `comity matrix`, made of the built-in law and looked at with a real browser.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use data_encoding::BASE64;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::browser;
use crate::run::comity;

const PRICING: [&str; 9] = [
    "matrix",
    "--purpose",
    "dynamic_pricing",
    "--data",
    "behavioural,identity_basic",
    "--to",
    "US",
    "--vendor",
    "US",
];

/// The page in a folder of its own, and what the same command says to programs.
fn page() -> (tempfile::TempDir, PathBuf, Value) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pricing.html");
    let said = comity(PRICING).args(["--html", file.to_str().unwrap()]).json().done().exits(0).value();
    (folder, file, said)
}

fn codes(said: &Value) -> Vec<String> {
    let all = said["jurisdictions"].as_array().unwrap();
    all.iter().map(|j| j["place"].as_str().unwrap().to_owned()).collect()
}

/// The article of a place as it stands in the panel.
fn article<'a>(document: &'a str, code: &str) -> &'a str {
    let (_, rest) = document.split_once(&format!("<article id=\"of-{code}\"")).unwrap();
    rest.split_once("</article>").unwrap().0
}

#[test]
fn the_map_has_every_jurisdiction_and_the_table_too() {
    let (_folder, file, said) = page();
    let document = browser::document(&file, "");
    let (_, map) = document.split_once("<svg").unwrap();
    let (map, rest) = map.split_once("</svg>").unwrap();
    let codes = codes(&said);
    assert!(codes.len() > 250, "{}", codes.len());
    for code in &codes {
        assert!(map.contains(&format!("<a href=\"#{code}\"")), "{code} is not on the map");
        assert!(rest.contains(&format!("data-row=\"{code}\"")), "{code} is not in the table");
    }
    let all = codes.len();
    assert!(
        document.contains(&format!("<output id=\"found\">{all} of {all}</output>")),
        "the scripts did not run"
    );
}

#[test]
fn an_address_with_a_place_shows_what_is_said_of_it() {
    let (_folder, file, said) = page();
    let brazil = said["jurisdictions"].as_array().unwrap().iter().find(|j| j["place"] == "BR").unwrap();
    let cite = brazil["cites"][0]["cite"].as_str().unwrap();
    let document = browser::document(&file, "BR");
    assert!(document.contains("data-shown=\"BR\""));
    let (shown, other) = (article(&document, "BR"), article(&document, "DE"));
    assert!(shown.contains("class=\"shown\"") && shown.contains(cite), "{shown}");
    assert!(!other.contains("class=\"shown\""), "{other}");
    assert!(browser::document(&file, "nowhere").contains("data-shown=\"intro\""));
}

#[test]
fn a_click_on_the_map_shows_the_place_and_the_switch_the_other_column() {
    let (_folder, file, _) = page();
    let click = |what: &str| {
        format!(
            "document.querySelector('{what}').dispatchEvent(new MouseEvent('click', {{bubbles: true, cancelable: true}}));"
        )
    };
    let script = [
        click("svg a[href=\"#JP\"]"),
        click("[data-show-column=\"1\"]"),
        "const search = document.getElementById('search'); search.value = 'japan'; search.dispatchEvent(new Event('input'));".into(),
    ]
    .concat();
    let document = browser::document(&with_script(&file, &script), "");
    assert!(document.contains("data-shown=\"JP\"") && article(&document, "JP").contains("class=\"shown\""));
    assert!(document.contains("<body data-column=\"1\">"));
    assert!(document.contains("<output id=\"found\">1 of "), "one place is called Japan");
}

/// A copy of the page whose policy lets one more script run.
fn with_script(file: &Path, script: &str) -> PathBuf {
    let page = std::fs::read_to_string(file).unwrap();
    let hash = BASE64.encode(&Sha256::digest(script));
    let page = page.replacen("script-src ", &format!("script-src 'sha256-{hash}' "), 1).replacen(
        "</body>",
        &format!("<script>{script}</script></body>"),
        1,
    );
    let copy = file.with_file_name("copy.html");
    std::fs::write(&copy, page).unwrap();
    copy
}

#[test]
fn nothing_on_the_page_can_reach_the_network() {
    let (_folder, file, _) = page();
    let page = std::fs::read_to_string(&file).unwrap();
    for way in
        ["<link", "<iframe", "<img", " src=", "@import", "url(http", "fetch(", "XMLHttpRequest", "WebSocket"]
    {
        assert!(!page.contains(way), "{way}");
    }
    assert!(page.len() < 500_000, "{} bytes", page.len());

    // What somebody put in all the same is stopped by the policy, and by nothing else.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let image = format!("<img src=\"http://{}/x\" alt=\"\"></body>", listener.local_addr().unwrap());
    let intruded = page.replacen("</body>", &image, 1);
    assert!(!asks(&listener, &file, &intruded), "the policy stops it");
    let unguarded = intruded.replacen("Content-Security-Policy", "x-none", 1);
    assert!(asks(&listener, &file, &unguarded), "without the policy it would have gone out");
}

/// Whether somebody connects while the browser shows a page.
fn asks(listener: &TcpListener, file: &Path, page: &str) -> bool {
    let copy = file.with_file_name("copy.html");
    std::fs::write(&copy, page).unwrap();
    let waiting = listener.try_clone().unwrap();
    waiting.set_nonblocking(false).unwrap();
    let accepted = std::thread::spawn(move || {
        let (stream, from) = waiting.accept().unwrap();
        drop(stream);
        from
    });
    browser::document(&copy, "");
    if accepted.is_finished() {
        return accepted.join().is_ok();
    }
    // Nobody came; the thread is let go by coming ourselves.
    let own = std::net::TcpStream::connect_timeout(&listener.local_addr().unwrap(), Duration::from_secs(5))
        .unwrap();
    let came = accepted.join().unwrap();
    came != own.local_addr().unwrap()
}
