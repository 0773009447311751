//! To come.

use super::scheme::Row;

pub(crate) const ROWS: &[Row] = &[];
