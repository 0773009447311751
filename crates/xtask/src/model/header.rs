//! A look at the header of a GGUF file: is it one, and is it of the llama family?
//! The rest of the file is the engine's to judge. <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// The longest key or architecture name that is believed.
const LONGEST: u64 = 1 << 16;

/// Checks that `path` is a GGUF file whose first metadata say `llama`.
pub(super) fn check(path: &Path) -> Result<()> {
    let file =
        File::open(path).with_context(|| format!("cannot open the model file `{}`", path.display()))?;
    let found = architecture(BufReader::new(file));
    let found = found.with_context(|| format!("`{}` is not a GGUF model file", path.display()))?;
    ensure!(
        found == "llama",
        "`{}` has the architecture `{found}`; the engine runs `llama`, such as SmolLM2-135M-Instruct",
        path.display()
    );
    Ok(())
}

/// The value of `general.architecture`, which the format wants first; keys of plain values may come before.
fn architecture(mut file: impl Read) -> Result<String> {
    ensure!(&bytes::<4>(&mut file)? == b"GGUF", "it does not begin with `GGUF`");
    let version = u32::from_le_bytes(bytes(&mut file)?);
    ensure!((2..=3).contains(&version), "its version is {version}, not 2 or 3");
    let _tensors: [u8; 8] = bytes(&mut file)?;
    let keys = u64::from_le_bytes(bytes(&mut file)?);
    for _ in 0..keys.min(LONGEST) {
        let key = text(&mut file)?;
        let kind = u32::from_le_bytes(bytes(&mut file)?);
        match (key.as_str(), kind) {
            ("general.architecture", 8) => return text(&mut file),
            (_, 8) => drop(text(&mut file)?),
            _ => drop(plain(&mut file, kind).with_context(|| format!("at `{key}`"))?),
        }
    }
    bail!("it names no architecture")
}

/// Skips a number or a truth value.
fn plain(file: &mut impl Read, kind: u32) -> Result<Vec<u8>> {
    let size = match kind {
        0 | 1 | 7 => 1,
        2 | 3 => 2,
        4..=6 => 4,
        10..=12 => 8,
        _ => bail!("a list comes before the architecture"),
    };
    exactly(file, size)
}

fn text(file: &mut impl Read) -> Result<String> {
    let length = u64::from_le_bytes(bytes(file)?);
    ensure!(length <= LONGEST, "a text of {length} bytes");
    Ok(String::from_utf8(exactly(file, length)?)?)
}

fn exactly(file: &mut impl Read, length: u64) -> Result<Vec<u8>> {
    let mut read = Vec::new();
    file.take(length).read_to_end(&mut read)?;
    ensure!(u64::try_from(read.len()) == Ok(length), "it is cut short");
    Ok(read)
}

fn bytes<const N: usize>(file: &mut impl Read) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes).context("it is cut short")?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(pairs: &[(&str, u32, &[u8])]) -> Vec<u8> {
        let mut file = b"GGUF\x03\0\0\0".to_vec();
        file.extend(0u64.to_le_bytes());
        file.extend((pairs.len() as u64).to_le_bytes());
        for (key, kind, value) in pairs {
            file.extend((key.len() as u64).to_le_bytes());
            file.extend(key.as_bytes());
            file.extend(kind.to_le_bytes());
            file.extend(*value);
        }
        file
    }

    const LLAMA: &[u8] = b"\x05\0\0\0\0\0\0\0llama";

    #[test]
    fn the_architecture_is_found_behind_plain_values() {
        let file = header(&[("general.alignment", 4, &[32, 0, 0, 0]), ("general.architecture", 8, LLAMA)]);
        assert_eq!(architecture(&file[..]).unwrap(), "llama");
    }

    #[test]
    fn what_is_no_header_is_refused() {
        let file = header(&[("general.architecture", 8, LLAMA)]);
        for length in 0..file.len() {
            assert!(architecture(&file[..length]).is_err(), "cut at {length}");
        }
        assert!(architecture(&b"PK\x03\x04 and so on, a wheel by mistake"[..]).is_err());
        assert!(architecture(&header(&[("a", 9, &[0; 12])])[..]).is_err());
        assert!(architecture(&header(&[])[..]).is_err());
    }

    #[test]
    fn a_text_that_claims_to_be_huge_is_refused_before_it_is_read() {
        let file = header(&[("general.architecture", 8, &u64::MAX.to_le_bytes())]);
        assert!(architecture(&file[..]).unwrap_err().to_string().contains("bytes"));
    }
}
