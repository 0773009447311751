//! What the engine needs of the processor, and of the process it runs in.
//! Both are looked at once, when the program starts.

/// The processor lacks instructions that this build uses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "this build of comity needs an x86-64-v3 processor (2013 or later: AVX2, BMI2, FMA); this one lacks {}; \
     build with `-C target-cpu=x86-64` for it", .missing.join(", ")
)]
pub struct UnsupportedProcessor {
    /// The instruction sets that are missing.
    pub missing: Vec<&'static str>,
}

/// Whether this processor has the instructions that this build was compiled for. To be called first in
/// `main`; on other architectures, and in builds for every x86-64, there is nothing to check.
///
/// # Errors
/// [`UnsupportedProcessor`] names what is missing.
pub fn check_processor() -> Result<(), UnsupportedProcessor> {
    let missing = missing();
    if missing.is_empty() { Ok(()) } else { Err(UnsupportedProcessor { missing }) }
}

#[cfg(not(all(target_arch = "x86_64", target_feature = "avx2")))]
fn missing() -> Vec<&'static str> {
    Vec::new()
}

/// Asks the processor itself: `is_x86_feature_detected!` answers "yes" without asking for whatever the build
/// was compiled to use.
#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
fn missing() -> Vec<&'static str> {
    use std::arch::x86_64::{__cpuid, __cpuid_count};

    let highest = __cpuid(0).eax;
    let highest_extended = __cpuid(0x8000_0000).eax;
    let basic = __cpuid(1).ecx;
    let structured = if highest >= 7 { __cpuid_count(7, 0).ebx } else { 0 };
    let extended = if highest_extended >= 0x8000_0001 { __cpuid(0x8000_0001).ecx } else { 0 };
    absent(basic, structured, extended)
}

/// The parts of x86-64-v3 that are not in these CPUID words: leaf 1 ECX, leaf 7 EBX, leaf 8000_0001h ECX
/// (Intel SDM volume 2, CPUID).
#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
fn absent(basic: u32, structured: u32, extended: u32) -> Vec<&'static str> {
    let needed = [
        ("FMA", basic, 12),
        ("MOVBE", basic, 22),
        ("OSXSAVE", basic, 27),
        ("AVX", basic, 28),
        ("F16C", basic, 29),
        ("BMI1", structured, 3),
        ("AVX2", structured, 5),
        ("BMI2", structured, 8),
        ("LZCNT", extended, 5),
    ];
    needed.into_iter().filter(|(_, word, bit)| word & (1 << bit) == 0).map(|(name, _, _)| name).collect()
}

/// Makes the process compute with `threads` threads. To be called in `main`, after the arguments are known
/// to need the engine: the computing library reads its thread count from the environment once, so a process
/// that was started with another count starts itself anew, under the same process id.
///
/// More than one thread helps only on cores that nothing else uses: its threads wait for one another by
/// spinning, and on busy cores each token then takes many times as long.
///
/// # Errors
/// Why the process could not start itself anew; it may go on, at the risk just described.
pub fn settle_threads(threads: std::num::NonZeroUsize) -> std::io::Result<()> {
    let wanted = threads.to_string();
    let settled = |variable: &str| std::env::var(variable).is_ok_and(|value| value == wanted);
    if THREAD_VARIABLES.iter().copied().all(settled) { Ok(()) } else { restart(&wanted) }
}

/// Read by candle for products with quantized weights, and by all else in it.
const THREAD_VARIABLES: [&str; 2] = ["CANDLE_NUM_THREADS", "RAYON_NUM_THREADS"];

#[cfg(unix)]
fn restart(threads: &str) -> std::io::Result<()> {
    use std::os::unix::process::CommandExt;

    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let mut anew = std::process::Command::new(std::env::current_exe()?);
    anew.arg0(name).args(arguments).envs(THREAD_VARIABLES.map(|variable| (variable, threads)));
    Err(anew.exec())
}

/// Elsewhere a process cannot become another and keep its id: the count stays as it is.
#[cfg(not(unix))]
fn restart(_threads: &str) -> std::io::Result<()> {
    Ok(())
}

#[cfg(all(test, target_arch = "x86_64", target_feature = "avx2"))]
mod tests {
    use super::*;

    #[test]
    fn the_processor_that_runs_this_test_is_good_enough() {
        assert_eq!(check_processor(), Ok(()));
    }

    #[test]
    fn an_older_processor_is_told_what_it_lacks() {
        // An Ivy Bridge of 2012: AVX and F16C, but no FMA, MOVBE, BMI, AVX2 or LZCNT.
        let missing = absent(1 << 27 | 1 << 28 | 1 << 29, 0, 0);
        assert_eq!(missing, ["FMA", "MOVBE", "BMI1", "AVX2", "BMI2", "LZCNT"]);
        let message = UnsupportedProcessor { missing }.to_string();
        assert!(message.contains("x86-64-v3") && message.contains("AVX2"), "{message}");
    }
}
