//! What ends a certificate in force: revocation, which restores or ends the award it superseded, and reissue under a new
//! number.

use chrono::Datelike;
use diesel::prelude::*;
use songjiao_types::{
    CertificationId, ErrorCode, FieldError, WireEnum,
    certifications::{CertificationStatus, CertificationView, ReissueCertification, RevokeCertification},
    changes::ChangeType,
};
use uuid::Uuid;

use super::{
    batch::{self, Certification},
    numbers,
    reviewers::organization_path,
    rules, store,
    workflow::{certificate_names, change},
};
use crate::{
    auth::{CurrentUser, person::person_of},
    db::{DbConnection, Tx, schema::certifications},
    error::{ApiError, Result},
    people::policies,
    training::rows::trimmed,
};

/// Returns the award that a certification superseded, locked until the transaction ends.
fn former(tx: &mut Tx<'_>, id: CertificationId) -> Result<Option<Certification>> {
    let superseded = certifications::table
        .filter(certifications::superseded_by.eq(id))
        .filter(certifications::status.eq(CertificationStatus::Superseded));
    if let DbConnection::Postgres(connection) = tx.conn {
        superseded.for_update().select(certifications::id).load::<CertificationId>(connection)?;
    }
    Ok(superseded.select(Certification::as_select()).order(certifications::id.desc()).first(tx.conn).optional()?)
}

/// Returns a certification as revoked by the caller.
fn revoked(tx: &Tx<'_>, user: &CurrentUser, row: Certification, reason: &str) -> Certification {
    Certification {
        status: CertificationStatus::Revoked,
        revoked_by: Some(user.id),
        revoked_at: Some(tx.now),
        revocation_reason: Some(reason.trim().to_owned()),
        ..row
    }
}

/// Revokes an award in force. The award that it superseded comes back into force, or ends with all that it superseded
/// itself. Reissued certificates are passed over: an award counts once, under its latest number.
///
/// # Errors
/// 404 if the caller does not see the certification, 403 `own_lesson`, 409 `wrong_state` if it is not accepted, 409
/// `former_award` if it superseded another and the request does not say what becomes of that one.
pub fn revoke(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: CertificationId,
    revocation: &RevokeCertification,
) -> Result<CertificationView> {
    let row = store::find_for_update(tx, user, id)?;
    rules::check_own(person_of(tx.conn, user.id)?.id(), row.teacher_id)?;
    let former = former(tx, id)?;
    let unsettled = row.status == CertificationStatus::Revoked && former.is_some();
    rules::check_revocation(row.status, unsettled)?;
    let restore = match (&former, revocation.restore_former) {
        (Some(former), None) => return Err(asks_for(former)),
        (None, Some(true)) => return Err(ApiError::wrong_state("该证书没有取代其他证书，没有可恢复的证书")),
        (_, answer) => answer.unwrap_or_default(),
    };
    let revoked_row = if unsettled { row } else { revoked(tx, user, row, &revocation.reason) };
    let view = change(tx, user, revoked_row, "revoke")?;
    match former {
        Some(former) if restore => {
            let (status, superseded_by, restored_from) = (CertificationStatus::Accepted, None, Some(id));
            change(tx, user, Certification { status, superseded_by, restored_from, ..former }, "restore")?;
        }
        Some(former) => end(tx, user, former, &revocation.reason)?,
        None => {}
    }
    Ok(view)
}

/// Revokes a superseded award, and what it superseded in its turn.
fn end(tx: &mut Tx<'_>, user: &CurrentUser, row: Certification, reason: &str) -> Result<()> {
    let mut next = Some(row);
    while let Some(row) = next {
        next = former(tx, row.id)?;
        let row = revoked(tx, user, row, reason);
        change(tx, user, row, "revoke")?;
    }
    Ok(())
}

/// Returns the refusal that asks what becomes of the superseded award.
fn asks_for(former: &Certification) -> ApiError {
    let number = former.number.as_deref().unwrap_or_default();
    let award = former.award.map(WireEnum::label).unwrap_or_default();
    let message = format!("该证书曾取代证书 {number}（{award}），请选择恢复该证书，或一并撤销");
    let error = FieldError::new("/restore_former", "required", message.clone());
    ApiError::new(ErrorCode::FormerAward).detail(message).errors(vec![error])
}

/// Issues a certificate in force anew: under the next number of today's year, with the names and titles of today. The
/// award and the day of its acceptance stay.
///
/// # Errors
/// 404 if the caller does not see the certification, 403 `own_lesson`, 409 `wrong_state` if it is not accepted.
pub fn reissue(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: CertificationId,
    reissue: &ReissueCertification,
) -> Result<CertificationView> {
    let old = store::find_for_update(tx, user, id)?;
    rules::check_own(person_of(tx.conn, user.id)?.id(), old.teacher_id)?;
    rules::check_reissue(old.status)?;
    let award = old.award.ok_or_else(|| ApiError::internal("an accepted certification without award"))?;
    let before = store::find(tx.conn, user, id)?;
    let (path, today) = (organization_path(tx.conn, &old)?, tx.now.local_date());
    let prefix = policies::all(tx.conn)?.certificate_prefix(&path, today);
    let sequence = numbers::take(tx, &prefix, today.year(), award, 1)?;
    let names = certificate_names(tx.conn, &old)?;
    let new = Certification {
        id: CertificationId::from_uuid(Uuid::now_v7()),
        number: Some(rules::number(&prefix, today.year(), award, sequence)),
        number_prefix: Some(prefix),
        number_year: Some(today.year()),
        number_sequence: Some(sequence),
        issued_on: Some(today),
        reissue_of: Some(id),
        reissued_by: Some(user.id),
        reissue_reason: trimmed(Some(&reissue.reason)),
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
        ..names.on(old.clone())
    };
    let (version, status) = (old.version + 1, CertificationStatus::Reissued);
    let reissued = Certification { version, status, updated_at: tx.now, ..old };
    diesel::update(certifications::table.find(id)).set(&reissued).execute(tx.conn)?;
    let new_id = new.id;
    batch::insert_numbered(tx, &[new])?;
    if let Some(former) = former(tx, id)? {
        // What was superseded names the certificate in force.
        change(tx, user, Certification { superseded_by: Some(new_id), ..former }, "supersede")?;
    }
    let after = store::find(tx.conn, user, id)?;
    tx.audit("reissue", "certification", id, Some(&before), Some(&after))?;
    tx.publish(ChangeType::CertificationUpdated, [id]);
    let view = store::find(tx.conn, user, new_id)?;
    tx.audit("reissue", "certification", new_id, None::<&()>, Some(&view))?;
    Ok(view)
}
