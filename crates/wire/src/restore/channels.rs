//! Which channels of a stream are open, and by which number the sink knows them.

/// Open channels, in the order in which they began.
#[derive(Debug)]
pub(super) struct Channels<K> {
    open: Vec<(K, u32)>,
    next: u32,
}

impl<K> Default for Channels<K> {
    fn default() -> Channels<K> {
        Channels { open: Vec::new(), next: 0 }
    }
}

impl<K> Channels<K> {
    /// The number of the open channel that `is` fits; one is opened as `key` if there is none.
    pub(super) fn number(&mut self, key: K, is: impl Fn(&K, &K) -> bool) -> u32 {
        if let Some((open, number)) = self.open.iter_mut().find(|(open, _)| is(open, &key)) {
            *open = key;
            return *number;
        }
        let number = self.next;
        self.next += 1;
        self.open.push((key, number));
        number
    }

    /// Closes the channels that `ends` picks.
    pub(super) fn close(&mut self, mut ends: impl FnMut(&K) -> bool) -> Vec<(K, u32)> {
        self.open.extract_if(.., |(key, _)| ends(key)).collect()
    }
}
