//! The arguments of the commands that read content: `comity explain` and `comity mask`.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub(crate) struct ExplainArgs {
    /// The system.
    pub(crate) system: String,
    /// A model name of the system; all its endpoints if absent.
    #[arg(long)]
    pub(crate) model: Option<String>,
    /// The JSON body of a request, or `-` for standard input: asks for the model that it asks for, with what is found in it.
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    pub(crate) request: Option<PathBuf>,
    /// Where that request would be sent.
    #[arg(long, value_name = "PATH", requires = "request", default_value = "/v1/chat/completions")]
    pub(crate) path: String,
    /// Whose data, as a caller would state it.
    #[arg(long, value_name = "PLACE", value_delimiter = ',')]
    pub(crate) subject: Vec<String>,
    /// What data, as a caller would state it.
    #[arg(long, value_name = "CATEGORY", value_delimiter = ',')]
    pub(crate) data: Vec<String>,
    /// For what, as a caller would state it.
    #[arg(long, value_name = "PURPOSE", value_delimiter = ',')]
    pub(crate) purpose: Vec<String>,
    /// The day; today if absent.
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<terms::Date>,
}

#[derive(Args)]
pub(crate) struct MaskArgs {
    /// Read one text a line as JSON, with `id`, `text` and if need be `hints` such as {"countries": ["DE"]}; write `id`, `masked`
    /// and `findings` a line, whose `start` and `end` count Unicode characters of the text as it came.
    #[arg(long)]
    pub(crate) jsonl: bool,
    /// A country that the text has to do with, such as where its subject lives; may be repeated. A line's own hints go first.
    #[arg(long, value_name = "PLACE", value_delimiter = ',')]
    pub(crate) country: Vec<String>,
    /// Write pseudonyms and their originals to this new file, which only its owner may read.
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    /// Put the originals of this map back into a masked text, as it arrives; with `--jsonl`, into the strings of JSON.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["map", "country", "key"])]
    pub(crate) restore: Option<PathBuf>,
    /// A file with the key of the pseudonyms, 64 hexadecimal digits; otherwise the estate's `mask_key`, or a new one for this run.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}
