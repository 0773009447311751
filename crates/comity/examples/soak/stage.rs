//! Everything around the gateway: its estate, its upstreams, the store of limits, and what goes wrong with them.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use testkit::{FakeUpstream, Mode, Postgres};

use crate::estate_text::{self, Upstreams};
use crate::gateway::{Gateway, Program, fresh};
use crate::plan::{Fault, Mishap, Side};

/// Words of an answer; each is an event of a stream.
const WORDS: usize = 24;

/// Where limits are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Store {
    Embedded,
    Postgres,
}

impl Store {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Store::Embedded => "embedded",
            Store::Postgres => "postgres",
        }
    }
}

/// The stage. The store ends with the thread that starts it, so this is made and used on the main one.
pub(crate) struct Stage {
    pub(crate) program: Program,
    pub(crate) store: Option<Postgres>,
    /// Waits before each piece until it is let on.
    pub(crate) slow: Arc<FakeUpstream>,
    germany: FakeUpstream,
    france: FakeUpstream,
    /// Lies where the law does not reach out to.
    virginia: FakeUpstream,
    edition: usize,
}

impl Stage {
    /// Sets it in an empty folder.
    pub(crate) async fn set(folder: &Path, comity: &Path, store: Store) -> anyhow::Result<Stage> {
        fresh(folder)?;
        let upstream = || FakeUpstream::start_with(WORDS, false);
        let stage = Stage {
            program: Program {
                comity: comity.to_owned(),
                estate: folder.join("estate"),
                log: folder.join("serve.log"),
            },
            store: if store == Store::Postgres { Some(Postgres::start()?) } else { None },
            slow: Arc::new(upstream().await?),
            germany: upstream().await?,
            france: upstream().await?,
            virginia: upstream().await?,
            edition: 0,
        };
        stage.slow.set(Mode::Gated);
        fresh(&stage.program.estate)?;
        stage.write(&stage.text())?;
        stage.recover(Side::Germany);
        stage.recover(Side::France);
        Ok(stage)
    }

    /// Calls that arrived where they may.
    pub(crate) fn lawful_calls(&self) -> usize {
        [&*self.slow, &self.germany, &self.france].iter().map(|upstream| upstream.count()).sum()
    }

    /// Calls that arrived where they may not.
    pub(crate) fn forbidden_calls(&self) -> usize {
        self.virginia.count()
    }

    /// Lets something go wrong.
    pub(crate) async fn begin(&mut self, fault: Fault, gateway: &mut Gateway) -> anyhow::Result<()> {
        match fault {
            Fault::Upstream(side, mishap) => self.mishap(side, mishap).await,
            Fault::GoodReload => self.edit(Some(gateway))?,
            Fault::BrokenReload => {
                self.write("[[endpoint]]\n")?;
                gateway.reload(false)?;
            }
            Fault::EndpointStopped | Fault::SystemStopped => self.stop(fault, &[])?,
            Fault::StoreDown => self.store.as_mut().map_or(Ok(()), Postgres::crash)?,
        }
        Ok(())
    }

    /// Makes it good, also where the gateway has died in between.
    pub(crate) fn end(&mut self, fault: Fault, gateway: Option<&mut Gateway>) -> anyhow::Result<()> {
        match fault {
            Fault::Upstream(side, mishap) => {
                if mishap == Mishap::Dies {
                    self.side(side).revive()?;
                }
                self.recover(side);
            }
            Fault::GoodReload => {}
            Fault::BrokenReload => self.edit(gateway)?,
            Fault::EndpointStopped | Fault::SystemStopped => self.stop(fault, &["--reopen"])?,
            Fault::StoreDown => self.store.as_mut().map_or(Ok(()), Postgres::start_again)?,
        }
        Ok(())
    }

    async fn mishap(&self, side: Side, mishap: Mishap) {
        let mode = match mishap {
            Mishap::Dies => return self.side(side).die().await,
            Mishap::Fails => Mode::Status(500),
            Mishap::IsBusy => Mode::Busy { retry_after: 1 },
            Mishap::Stalls => Mode::Stall { after: 2 },
            Mishap::Cuts => Mode::Cut { after: 2 },
            Mishap::TellsAnError => Mode::ErrorEvent { after: 2 },
            Mishap::TalksNonsense => Mode::Garbage,
            Mishap::HangsUp => Mode::HangUp,
        };
        self.side(side).set(mode);
    }

    fn recover(&self, side: Side) {
        self.side(side).set(if side == Side::Germany { Mode::Paced } else { Mode::Instant });
    }

    fn side(&self, side: Side) -> &FakeUpstream {
        match side {
            Side::Germany => &self.germany,
            Side::France => &self.france,
        }
    }

    fn stop(&self, fault: Fault, more: &[&str]) -> anyhow::Result<()> {
        let what = if fault == Fault::EndpointStopped { "germany" } else { "web" };
        let order = ["stop", what, "--by", "soak", "--why", "drill"];
        self.program.command(&[&order, more].concat()).map(drop)
    }

    /// Another estate that loads.
    fn edit(&mut self, gateway: Option<&mut Gateway>) -> anyhow::Result<()> {
        self.edition += 1;
        self.write(&self.text())?;
        gateway.map_or(Ok(()), |gateway| gateway.reload(true))
    }

    fn text(&self) -> String {
        let upstreams = Upstreams {
            germany: self.germany.address(),
            france: self.france.address(),
            slow: self.slow.address(),
            virginia: self.virginia.address(),
        };
        let store = self.store.as_ref().map(Postgres::url);
        estate_text::estate(&upstreams, store.as_deref(), self.edition)
    }

    fn write(&self, text: &str) -> anyhow::Result<()> {
        let path = self.program.estate.join("estate.toml");
        std::fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))
    }
}

/// Waits until something comes true, and says whether it did in time.
pub(crate) async fn comes_true(patience: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let until = tokio::time::Instant::now() + patience;
    while !is_so() {
        if tokio::time::Instant::now() > until {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    true
}
