//! The way to a bundle: a folder, or an address. What is asked for is the same for everybody, and nothing is sent along.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};
use bytes::Bytes;
use estate::BaseUrl;
use http::Request;
use http_body_util::{BodyExt, Full, Limited};
use serve::{Client, ClientOptions};

/// Largest file of a bundle, in bytes.
const MOST_BYTES: usize = 64 << 20;
/// Time for one file.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where bundles come from.
pub(super) enum Where {
    Folder(PathBuf),
    Url(Box<(Client, BaseUrl)>),
}

impl Where {
    pub(super) fn read(given: &str) -> anyhow::Result<Where> {
        if !given.contains("://") {
            return Ok(Where::Folder(PathBuf::from(given)));
        }
        let url: BaseUrl = given.parse().with_context(|| format!("`{given}` is no address"))?;
        Ok(Where::Url(Box::new((serve::client(&ClientOptions::default())?, url))))
    }

    /// One file of the bundle that is there now.
    pub(super) async fn file(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        match self {
            Where::Folder(folder) => {
                let path = folder.join(name);
                tokio::fs::read(&path).await.with_context(|| format!("`{}` cannot be read", path.display()))
            }
            Where::Url(at) => {
                let (client, url) = &**at;
                let fetched = tokio::time::timeout(PATIENCE, fetch(client, &format!("{url}/{name}"))).await;
                fetched.with_context(|| format!("no answer in {PATIENCE:?}"))?
            }
        }
    }
}

async fn fetch(client: &Client, url: &str) -> anyhow::Result<Vec<u8>> {
    let response = client.request(Request::get(url).body(Full::<Bytes>::default())?).await;
    let response = response.with_context(|| format!("`{url}` is not reached"))?;
    let (head, body) = response.into_parts();
    ensure!(head.status.is_success(), "`{url}` answers {}", head.status);
    let body = Limited::new(body, MOST_BYTES).collect().await;
    let body = body.map_err(|error| anyhow::anyhow!("`{url}` broke off: {error}"))?;
    Ok(body.to_bytes().to_vec())
}
