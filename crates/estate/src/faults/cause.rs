//! What can be wrong with an estate, without where.

/// What is wrong with an estate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// A file or folder cannot be read.
    #[error("cannot read `{path}`: {why}")]
    Unreadable {
        /// The file or folder.
        path: String,
        /// The system's reason.
        why: String,
    },
    /// The text is not TOML.
    #[error("not TOML: {0}")]
    Syntax(String),
    /// A key that means nothing there.
    #[error("unknown key `{key}` in {section}")]
    UnknownKey {
        /// The key.
        key: String,
        /// The part of the estate.
        section: &'static str,
    },
    /// A key that has to be there.
    #[error("{section} needs the key `{key}`")]
    MissingKey {
        /// The key.
        key: &'static str,
        /// The part of the estate.
        section: &'static str,
    },
    /// A value of another type.
    #[error("`{key}` must be {expected}, not {got}")]
    WrongType {
        /// The key.
        key: String,
        /// What was expected.
        expected: &'static str,
        /// What is there.
        got: &'static str,
    },
    /// A value that its key cannot have.
    #[error("{0}")]
    BadValue(String),
    /// An id that leads nowhere.
    #[error("there is no {what} `{id}`")]
    NoSuch {
        /// What was meant.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// Two definitions of one id.
    #[error("the {what} `{id}` is defined twice")]
    Twice {
        /// What is defined.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// Vendors that own one another.
    #[error("ownership runs in a circle: {0}")]
    OwnersInCircle(String),
    /// Shares that cannot be.
    #[error("the shares of `{vendor}` add up to {sum} %, not 100 %")]
    Shares {
        /// The vendor.
        vendor: String,
        /// The sum, in percent.
        sum: String,
    },
    /// An endpoint says something else than the tables of known hosts.
    #[error("{0}")]
    HostDisagrees(String),
}

impl Cause {
    /// A stable word for the kind of fault.
    pub fn reason(&self) -> &'static str {
        match self {
            Cause::Unreadable { .. } => "unreadable",
            Cause::Syntax(_) => "syntax",
            Cause::UnknownKey { .. } => "unknown_key",
            Cause::MissingKey { .. } => "missing_key",
            Cause::WrongType { .. } => "wrong_type",
            Cause::BadValue(_) => "bad_value",
            Cause::NoSuch { .. } => "no_such",
            Cause::Twice { .. } => "twice",
            Cause::OwnersInCircle(_) => "owners_in_circle",
            Cause::Shares { .. } => "shares",
            Cause::HostDisagrees(_) => "host_disagrees",
        }
    }

    pub(super) fn label(&self) -> String {
        match self {
            Cause::Syntax(_) | Cause::Unreadable { .. } => "here".to_owned(),
            Cause::UnknownKey { .. } => "not known here".to_owned(),
            Cause::MissingKey { key, .. } => format!("`{key}` is missing"),
            Cause::WrongType { expected, .. } => format!("expected {expected}"),
            Cause::BadValue(_) => "not accepted".to_owned(),
            Cause::NoSuch { .. } => "leads nowhere".to_owned(),
            Cause::Twice { .. } => "defined again".to_owned(),
            Cause::OwnersInCircle(_) => "closes the circle".to_owned(),
            Cause::Shares { .. } => "these shares".to_owned(),
            Cause::HostDisagrees(_) => "disagrees with the host".to_owned(),
        }
    }
}
