//! Finds where frames end, across any split of the bytes.

use memchr::memchr2;

/// What the scan remembers from earlier chunks. Lines end with LF, CR LF or CR; a frame ends with a blank line.
#[derive(Debug)]
pub(super) struct Scan {
    /// No byte of the current line has been seen.
    line_start: bool,
    /// The last byte was a CR that ended a line, so an LF that follows belongs to it.
    after_cr: bool,
}

impl Default for Scan {
    fn default() -> Scan {
        Scan { line_start: true, after_cr: false }
    }
}

impl Scan {
    /// The length of what `chunk` adds to the current frame, if the frame ends in it. Without an end all of `chunk`
    /// belongs to the frame and must not be shown again.
    ///
    /// A CR that ends a frame ends it at once; an LF right behind it joins the frame if it is there already, and
    /// else the next one, where it means nothing. So no event waits for a byte that may never come.
    pub(super) fn end_of_frame(&mut self, chunk: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            let next = chunk.get(at)?;
            if std::mem::take(&mut self.after_cr) && *next == b'\n' {
                at += 1;
            }
            let rest = chunk.get(at..).filter(|rest| !rest.is_empty())?;
            let blank = self.line_start;
            let Some(line) = memchr2(b'\n', b'\r', rest) else {
                self.line_start = false;
                return None;
            };
            let is_cr = rest.get(line) == Some(&b'\r');
            at += line + 1;
            self.line_start = true;
            self.after_cr = is_cr;
            if blank && line == 0 {
                return Some(at + self.take_lf(chunk.get(at)));
            }
        }
    }

    fn take_lf(&mut self, next: Option<&u8>) -> usize {
        let is_crlf = self.after_cr && next == Some(&b'\n');
        self.after_cr = self.after_cr && next.is_none();
        usize::from(is_crlf)
    }
}

/// Splits off the first line, without its end.
pub(super) fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let Some(at) = memchr2(b'\n', b'\r', bytes) else {
        return (bytes, &[]);
    };
    let (line, rest) = bytes.split_at_checked(at).unwrap_or((bytes, &[]));
    let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..)).unwrap_or_default();
    (line, rest)
}
