//! `requantize FROM TO`: rewrites a GGUF model file with Q8_0 weights.
//! Part of the build tasks, not of the product.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(from), Some(to), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        return complain("usage: requantize FROM.gguf TO.gguf");
    };
    match engine::requantize(Path::new(&from), Path::new(&to)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let cause = error.source().map(ToString::to_string).unwrap_or_default();
            complain(&format!("{error}: {cause}"))
        }
    }
}

fn complain(message: &str) -> ExitCode {
    // Nothing can be done if even the complaint cannot be written; the exit code still tells.
    let _unheard = writeln!(std::io::stderr(), "{message}");
    ExitCode::from(2)
}
