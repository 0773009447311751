//! Numbers that look random and are the same in every run (G. Marsaglia, "Xorshift RNGs", 2003, section 4).

/// A source of numbers.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(seed | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number from `from` up to and without `to`.
    pub(crate) fn within(&mut self, from: u64, to: u64) -> u64 {
        from + (self.next() >> 11) % (to - from)
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.within(0, times) == 0
    }

    pub(crate) fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        let at = self.within(0, from.len() as u64) as usize;
        from.get(at).copied().unwrap_or_default()
    }

    /// Fills a shape: `d` becomes a digit, `D` one from 1 to 9, `L` a letter, `x` a small hexadecimal digit.
    pub(crate) fn fill(&mut self, shape: &str) -> String {
        let mut one = |from: &str| {
            let at = self.within(0, from.len() as u64) as usize;
            from.as_bytes().get(at).map_or(' ', |b| char::from(*b))
        };
        let fill = |c| match c {
            'd' => one("0123456789"),
            'D' => one("123456789"),
            'L' => one("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            'x' => one("0123456789abcdef"),
            other => other,
        };
        shape.chars().map(fill).collect()
    }

    /// The first of what `make` makes that `fits`; nothing if none of many does.
    pub(crate) fn until(
        &mut self,
        fits: impl Fn(&str) -> bool,
        make: impl Fn(&mut Chance) -> String,
    ) -> String {
        let tries = std::iter::repeat_with(|| make(self)).take(100_000);
        tries.into_iter().find(|made| fits(made)).unwrap_or_default()
    }
}
