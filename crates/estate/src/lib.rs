//! What an organization owns and depends on, as code.
