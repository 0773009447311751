//! Where the demo model lies.
//! It fetches nothing: `cargo xtask demo` and `cargo xtask test` put it there.

use std::path::PathBuf;

/// The demo model's file: `COMITY_MODEL` if set, whether or not it exists, else the one in the cache folder
/// (`COMITY_CACHE`, `XDG_CACHE_HOME/comity` or `HOME/.cache/comity`) if it is there.
pub fn find_model() -> Option<PathBuf> {
    find(|variable| std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from))
}

fn find(set: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if let Some(model) = set("COMITY_MODEL") {
        return Some(model);
    }
    let folder = set("COMITY_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|folder| folder.join("comity")))
        .or_else(|| set("HOME").map(|folder| folder.join(".cache").join("comity")))?;
    Some(folder.join("SmolLM2-135M-Instruct.Q8_0.gguf")).filter(|model| model.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_model_wins_and_a_cached_one_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_owned();
        let cached = home.join(".cache/comity/SmolLM2-135M-Instruct.Q8_0.gguf");
        let at_home = |variable: &str| (variable == "HOME").then(|| home.clone());
        assert_eq!(find(at_home), None);
        std::fs::create_dir_all(cached.parent().unwrap()).unwrap();
        std::fs::write(&cached, "").unwrap();
        assert_eq!(find(at_home), Some(cached));
        let named = |variable: &str| (variable == "COMITY_MODEL").then(|| "gone.gguf".into());
        assert_eq!(find(|variable| named(variable).or_else(|| at_home(variable))), Some("gone.gguf".into()));
    }
}
