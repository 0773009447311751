//! Where the demo model lies.
//! It fetches nothing: `cargo xtask demo` and `cargo xtask test` put it there.

use std::path::PathBuf;

/// The demo model's file: `COMITY_MODEL` if set, whether or not it exists, else the one in the cache folder
/// (`COMITY_CACHE`, `XDG_CACHE_HOME/comity` or `HOME/.cache/comity`) if it is there.
pub fn find_model() -> Option<PathBuf> {
    if let Some(model) = set("COMITY_MODEL") {
        return Some(model);
    }
    let folder = set("COMITY_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|folder| folder.join("comity")))
        .or_else(|| set("HOME").map(|folder| folder.join(".cache").join("comity")))?;
    Some(folder.join("SmolLM2-135M-Instruct.Q8_0.gguf")).filter(|model| model.is_file())
}

fn set(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}
