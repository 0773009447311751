//! What people do at a border: close and open, promote and roll back. Each act is an entry with who and why.
//!
//! What takes away holds at once, whether or not it can be recorded; what gives holds only once it is on record.

use ledger::{Closure, Entry, Version, VersionAct};

use crate::closures::{Closures, Target};
use crate::versions::{Alias, BadShift, Serving, Shift, Versions};
use crate::{Border, Refused};

/// Why versions were not shifted.
#[derive(Debug, thiserror::Error)]
pub enum ShiftError {
    /// It makes no sense as things stand.
    #[error(transparent)]
    Bad(#[from] BadShift),
    /// It could not be recorded; a rollback holds all the same.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl Border {
    /// Closes an endpoint or a system at once, or opens it again, and records who did it and why.
    pub async fn close(&self, target: Target, closed: bool, by: &str, why: &str) -> Result<u64, Refused> {
        // Closing needs no record to hold, opening does.
        if closed {
            self.closures.set(target.clone(), true);
        }
        let closure = Closure {
            ms: self.ledger.now(),
            kind: target.kind(),
            id: target.id().to_owned(),
            by: by.to_owned(),
            why: why.to_owned(),
        };
        let entry = if closed { Entry::Stop(closure) } else { Entry::Reopen(closure) };
        let index = self.ledger.append(&entry).await.map_err(Refused::NoRecord)?;
        if !closed {
            self.closures.set(target, false);
        }
        Ok(index)
    }

    /// Shifts the versions of a model name, and records who did it and why. It holds once it is on record; going back holds at once.
    ///
    /// # Errors
    /// What cannot be shifted, or no record.
    pub async fn shift(
        &self,
        alias: &Alias,
        shift: &Shift,
        (by, why): (&str, &str),
    ) -> Result<u64, ShiftError> {
        let estate = self.latest().estate().clone();
        let missing = || BadShift::NoVersions(alias.name.clone());
        let system = estate.systems().find(|s| s.id.as_str() == alias.system).ok_or_else(missing)?;
        let route = system.route(&alias.name).ok_or_else(missing)?;
        let now = self.versions.serving(system, &alias.name).ok_or_else(missing)?;
        let next = now.shifted(&alias.name, shift, &route.versions)?;
        let back = *shift == Shift::Rollback;
        if back {
            self.versions.set(alias.clone(), next.clone());
        }
        let entry = entry(self.ledger.now(), alias, (back, &next), (by, why));
        let index = self.ledger.append(&Entry::Version(entry)).await.map_err(Refused::NoRecord)?;
        self.versions.set(alias.clone(), next);
        Ok(index)
    }

    /// Which versions of model names are in service.
    pub fn versions(&self) -> &Versions {
        &self.versions
    }

    /// What is closed.
    pub fn closures(&self) -> &Closures {
        &self.closures
    }
}

fn entry(ms: u64, alias: &Alias, (back, next): (bool, &Serving), (by, why): (&str, &str)) -> Version {
    let (canary, share) = next.canary.clone().unzip();
    Version {
        ms,
        act: if back { VersionAct::Rollback } else { VersionAct::Promote },
        system: alias.system.clone(),
        alias: alias.name.clone(),
        live: next.live.clone(),
        canary,
        share,
        by: by.to_owned(),
        why: why.to_owned(),
    }
}
