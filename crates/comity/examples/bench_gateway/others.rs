//! Other programs in the same place: plain proxies, and gateways that install as packages.
//!
//! Each is set up for speed, in its own words: no log of requests, connections to the upstream kept, streams not buffered.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::children::{Running, free_addresses, gateway};
use crate::estate_text::KEY;
use crate::measure::{ESTATE, TEXT};
use crate::sides::Side;

/// How long a program may take until it listens. Python with many imports takes long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that may be measured beside the gateway, and where it is.
#[derive(Clone, Debug)]
pub(crate) struct Other {
    kind: Kind,
    program: PathBuf,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Nginx,
    Haproxy,
    LiteLlm,
    Portkey,
    /// Another build of our own, to tell what a change brought.
    Comity,
}

impl FromStr for Other {
    type Err = String;

    /// Reads `nginx=/usr/sbin/nginx`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, program) = text.split_once('=').ok_or("give it as NAME=PROGRAM")?;
        let kind = match kind {
            "nginx" => Kind::Nginx,
            "haproxy" => Kind::Haproxy,
            "litellm" => Kind::LiteLlm,
            "portkey" => Kind::Portkey,
            "comity" => Kind::Comity,
            _ => return Err("known are `nginx`, `haproxy`, `litellm`, `portkey` and `comity`".to_owned()),
        };
        Ok(Other { kind, program: program.into() })
    }
}

impl Other {
    /// The plain proxies that are on this machine, in the places where Debian puts them.
    pub(crate) fn present() -> Vec<Other> {
        let known = [(Kind::Nginx, "/usr/sbin/nginx"), (Kind::Haproxy, "/usr/sbin/haproxy")];
        let others = known.map(|(kind, program)| Other { kind, program: program.into() });
        others.into_iter().filter(|other| other.program.is_file()).collect()
    }

    /// Starts it in front of two upstreams; its files go to `folder`.
    pub(crate) fn start(&self, folder: &Path, upstreams: [SocketAddr; 2]) -> anyhow::Result<Side> {
        let folder = folder.join(format!("{:?}", self.kind).to_lowercase());
        fs::create_dir_all(&folder)?;
        match self.kind {
            Kind::Nginx => self.nginx(&folder, upstreams),
            Kind::Haproxy => self.haproxy(&folder, upstreams),
            Kind::LiteLlm => self.litellm(&folder, upstreams),
            Kind::Portkey => self.portkey(&folder, upstreams),
            Kind::Comity => self.comity(&folder),
        }
    }

    fn nginx(&self, folder: &Path, upstreams: [SocketAddr; 2]) -> anyhow::Result<Side> {
        let at = free_addresses(2)?;
        let blocks = at.iter().zip(upstreams).enumerate().map(|(number, (at, upstream))| {
            format!(
                "upstream u{number} {{ server {upstream}; keepalive 128; keepalive_requests 100000000; }}\n\
                 server {{ listen {at}; keepalive_requests 100000000; location / {{ proxy_pass http://u{number}; \
                 proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_buffering off; }} }}\n"
            )
        });
        let text = format!(
            "daemon off;\nworker_processes auto;\npid nginx.pid;\nerror_log error.log;\n\
             events {{ worker_connections 4096; }}\n\
             http {{\naccess_log off;\nclient_body_temp_path body;\nproxy_temp_path proxy;\nfastcgi_temp_path fcgi;\n\
             uwsgi_temp_path uwsgi;\nscgi_temp_path scgi;\nclient_body_buffer_size 1m;\nclient_max_body_size 8m;\n{}}}\n",
            blocks.collect::<String>()
        );
        fs::write(folder.join("nginx.conf"), text)?;
        let mut command = self.command(folder)?;
        command.arg("-p").arg(folder).args(["-c", "nginx.conf", "-e", "error.log"]);
        Ok(Side::plain("nginx", Running::start(command, at, PATIENCE)?))
    }

    fn haproxy(&self, folder: &Path, upstreams: [SocketAddr; 2]) -> anyhow::Result<Side> {
        let at = free_addresses(2)?;
        let blocks = at.iter().zip(upstreams).enumerate().map(|(number, (at, upstream))| {
            format!("listen l{number}\n  bind {at}\n  server s {upstream}\n")
        });
        let text = format!(
            "global\n  nbthread 2\n  maxconn 4096\ndefaults\n  mode http\n  option http-no-delay\n  http-reuse always\n  \
             timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n{}",
            blocks.collect::<String>()
        );
        let file = folder.join("haproxy.cfg");
        fs::write(&file, text)?;
        let mut command = self.command(folder)?;
        command.args(["-db", "-q", "-f"]).arg(file);
        Ok(Side::plain("haproxy", Running::start(command, at, PATIENCE)?))
    }

    /// One worker for each processor, as its documentation advises.
    fn litellm(&self, folder: &Path, [answers, streams]: [SocketAddr; 2]) -> anyhow::Result<Side> {
        let model = |name: &str, upstream| {
            format!(
                "  - model_name: {name}\n    litellm_params: {{ model: openai/small, api_base: \"http://{upstream}/v1\", api_key: none }}\n"
            )
        };
        let text = format!("model_list:\n{}{}", model("answers", answers), model("streams", streams));
        let file = folder.join("config.yaml");
        fs::write(&file, text)?;
        let [at] = free_addresses(1)?.try_into().ok().context("no address")?;
        let workers = std::thread::available_parallelism()?.to_string();
        let mut command = self.command(folder)?;
        command.arg("--config").arg(file).args(["--host", "127.0.0.1", "--num_workers", &workers, "--port"]);
        command.arg(at.port().to_string());
        // A short key is as good as a long one here, and looking up prices and models needs a network.
        let settings = [
            ("LITELLM_MASTER_KEY", KEY),
            ("LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY", "true"),
            ("LITELLM_LOCAL_MODEL_COST_MAP", "True"),
            ("LITELLM_LOG", "ERROR"),
        ];
        command.envs(settings);
        Ok(Side::gateway("litellm", Running::start(command, vec![at; 2], PATIENCE)?))
    }

    /// It takes the upstream from the headers of the request.
    fn portkey(&self, folder: &Path, upstreams: [SocketAddr; 2]) -> anyhow::Result<Side> {
        let [at] = free_addresses(1)?.try_into().ok().context("no address")?;
        if !self.program.is_file() {
            bail!("there is no `{}`", self.program.display());
        }
        let mut command = Command::new("node");
        command.arg(&self.program).arg(format!("--port={}", at.port())).arg("--headless");
        log_to(&mut command, folder)?;
        let mut side = Side::gateway("portkey", Running::start(command, vec![at; 2], PATIENCE)?);
        side.headers.push(("x-portkey-provider".to_owned(), "openai".to_owned()));
        side.to_upstream =
            Some(("x-portkey-custom-host", upstreams.map(|upstream| format!("http://{upstream}/v1"))));
        Ok(side)
    }

    /// With the same estate, and a ledger of its own.
    fn comity(&self, folder: &Path) -> anyhow::Result<Side> {
        fs::copy(folder.with_file_name(ESTATE).join(TEXT), folder.join(TEXT))?;
        let (running, _) = gateway(&self.program, folder, None)?;
        Ok(Side::gateway("other build", running))
    }

    fn command(&self, folder: &Path) -> anyhow::Result<Command> {
        let mut command = Command::new(&self.program);
        log_to(&mut command, folder)?;
        Ok(command)
    }
}

fn log_to(command: &mut Command, folder: &Path) -> anyhow::Result<()> {
    let log = File::create(folder.join("output.log"))?;
    command.stdout(log.try_clone()?).stderr(log).stdin(Stdio::null());
    Ok(())
}
