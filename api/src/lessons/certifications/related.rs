//! The certifications that others name: superseding, superseded, restoring and reissued ones.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use songjiao_types::{
    CertificationId, UserId,
    certifications::{CertificationStatus, FormerAward, Reissue},
};

use super::batch::Certification;
use crate::{
    db::{DbConnection, schema::certifications},
    error::Result,
    people::users::user_names,
};

/// The certifications that some name or that name them, with the names of those who reissued.
pub struct Related {
    by_id: HashMap<CertificationId, Certification>,
    /// By the certification that each replaces.
    successors: HashMap<CertificationId, CertificationId>,
    /// The superseded ones, by the certification that superseded each.
    formers: HashMap<CertificationId, CertificationId>,
    names: HashMap<UserId, String>,
}

impl Related {
    /// Loads what the rows name.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load(conn: &mut DbConnection, rows: &[Certification]) -> Result<Self> {
        let issued: Vec<&Certification> = rows.iter().filter(|row| row.number.is_some()).collect();
        let ids: Vec<CertificationId> = issued.iter().map(|row| row.id).collect();
        let named: Vec<CertificationId> =
            issued.iter().flat_map(|row| [row.superseded_by, row.restored_from, row.reissue_of]).flatten().collect();
        let mut found: Vec<Certification> = Vec::new();
        if !ids.is_empty() {
            let naming = certifications::superseded_by.eq_any(&ids).or(certifications::reissue_of.eq_any(&ids));
            found = certifications::table.filter(naming).select(Certification::as_select()).load(conn)?;
        }
        if !named.is_empty() {
            let named = certifications::table.filter(certifications::id.eq_any(named));
            found.extend(named.select(Certification::as_select()).load(conn)?);
        }
        found.extend(issued.into_iter().cloned());
        let successors = found.iter().filter_map(|row| Some((row.reissue_of?, row.id))).collect();
        let superseded = found.iter().filter(|row| row.status == CertificationStatus::Superseded);
        let formers = superseded.filter_map(|row| Some((row.superseded_by?, row.id))).collect();
        let names = user_names(conn, found.iter().filter_map(|row| row.reissued_by).collect())?;
        Ok(Self { by_id: found.into_iter().map(|row| (row.id, row)).collect(), successors, formers, names })
    }

    /// Returns a certification's number.
    pub fn number(&self, id: Option<CertificationId>) -> Option<String> {
        self.by_id.get(&id?)?.number.clone()
    }

    /// Returns the award that one superseded and that its revocation restores or ends. Revoked ones have it only if no
    /// one has said what becomes of it.
    pub fn former(&self, row: &Certification) -> Option<FormerAward> {
        if !matches!(row.status, CertificationStatus::Accepted | CertificationStatus::Revoked) {
            return None;
        }
        let former = self.by_id.get(self.formers.get(&row.id)?)?;
        Some(FormerAward { id: former.id, number: former.number.clone()?, award: former.award? })
    }

    /// Returns when a certification was restored.
    pub fn restored_at(&self, row: &Certification) -> Option<DateTime<Utc>> {
        self.by_id.get(&row.restored_from?)?.revoked_at.map(Into::into)
    }

    /// Returns the certificate that one replaces.
    pub fn reissue_of(&self, row: &Certification) -> Option<Reissue> {
        self.reissue(self.by_id.get(&row.reissue_of?)?, row)
    }

    /// Returns the certificate that replaces one.
    pub fn reissued_as(&self, row: &Certification) -> Option<Reissue> {
        let new = self.by_id.get(self.successors.get(&row.id)?)?;
        self.reissue(new, new)
    }

    /// Returns the reissue as `new`, from the side of the other one.
    fn reissue(&self, other: &Certification, new: &Certification) -> Option<Reissue> {
        Some(Reissue {
            id: other.id,
            number: other.number.clone()?,
            by_name: new.reissued_by.and_then(|id| self.names.get(&id).cloned()),
            at: new.created_at.into(),
            reason: new.reissue_reason.clone()?,
        })
    }
}
