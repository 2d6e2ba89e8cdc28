//! Carries out decisions on groups: the groups, their records, the totals and the audit log in one transaction.

use std::collections::HashMap;

use serde_json::json;
use songjiao_types::{
    DuplicateGroupId, HourRecordId, TeacherId,
    duplicate_groups::{
        DecideDuplicateGroup, DecideDuplicateGroups, DecidedDuplicateGroups, DuplicateGroupQuery, DuplicateGroupStatus,
        DuplicateGroupView, DuplicateUnit,
    },
    hour_records::{HourRecordStatus, HourRecordView},
};

use super::{
    rules::{self, Choice, Consequences},
    store,
};
use crate::{
    auth::CurrentUser,
    db::{DbConnection, Tx},
    error::{ApiError, Result},
    hours::{
        hour_records::{
            audit_action, find_all, ledger,
            suspicion::{groups, rules::DUPLICATE},
            teacher_of,
        },
        quotas::closed_years::ClosedYears,
    },
    visibility::visible_organization,
};

/// Records in one query.
const CHUNK: usize = 5000;

/// Decides a group: the kept units count, the others end.
///
/// # Errors
/// 404 if the caller does not see it; 403 `own_record`; 409 if it is not open or has changed since the caller saw it; 422
/// at `/keep/…` for a record of no unit, and at `/reason` if several units are kept or a year is closed.
pub fn decide(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    id: DuplicateGroupId,
    request: &DecideDuplicateGroup,
) -> Result<DuplicateGroupView> {
    let group = store::find(tx.conn, user, id)?;
    rules::check_decidable(&group, teacher_of(tx.conn, user.id)?)?;
    let reason = request.reason.as_deref().map(str::trim);
    let choice = rules::chosen(&group, &request.keep, request.units.as_deref(), reason)?;
    let mut consequences = Consequences::default();
    consequences.add(&choice);
    carry_out(tx, user, &[(&group, choice)], &consequences, reason)?;
    store::find(tx.conn, user, id)
}

/// Decides the open groups of a filter by a rule, or only counts what that would do.
///
/// # Errors
/// 422 at `/organization_id`; 409 if a group is decided by another transaction at the same time.
pub fn decide_by_rule(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    request: &DecideDuplicateGroups,
) -> Result<DecidedDuplicateGroups> {
    let groups = open_groups(tx.conn, user, request)?;
    let own = teacher_of(tx.conn, user.id)?;
    let (decisions, consequences, counts) = plan(&groups, own, request);
    if !request.dry_run && !decisions.is_empty() {
        carry_out(tx, user, &decisions, &consequences, Some(request.reason.trim()))?;
    }
    Ok(counts)
}

fn open_groups(
    conn: &mut DbConnection,
    user: &CurrentUser,
    request: &DecideDuplicateGroups,
) -> Result<Vec<DuplicateGroupView>> {
    if let Some(organization) = request.organization_id {
        visible_organization(conn, &user.scope, organization, "/organization_id")?;
    }
    let query = DuplicateGroupQuery {
        organization_id: request.organization_id,
        training_year: request.training_year,
        status: Some(DuplicateGroupStatus::Open),
        ..DuplicateGroupQuery::default()
    };
    store::find_all_of(conn, user, &query)
}

type Decision<'a> = (&'a DuplicateGroupView, Choice<'a>);

fn plan<'a>(
    groups: &'a [DuplicateGroupView],
    own: Option<TeacherId>,
    request: &DecideDuplicateGroups,
) -> (Vec<Decision<'a>>, Consequences, DecidedDuplicateGroups) {
    let decidable = groups.iter().filter(|group| rules::check_decidable(group, own).is_ok());
    let chosen = |group| Some((group, rules::by_rule(group, request.rule, request.source.as_deref())?));
    let decisions: Vec<Decision<'a>> = decidable.filter_map(chosen).collect();
    let mut consequences = Consequences::default();
    for (_, choice) in &decisions {
        consequences.add(choice);
    }
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let counts = DecidedDuplicateGroups {
        dry_run: request.dry_run,
        groups: count(decisions.len()),
        left: count(groups.len() - decisions.len()),
        recognized: count(consequences.recognized.len()),
        rejected: count(consequences.rejected.len()),
        voided: count(consequences.voided.len()),
    };
    (decisions, consequences, counts)
}

fn carry_out(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    decisions: &[Decision<'_>],
    consequences: &Consequences,
    reason: Option<&str>,
) -> Result<()> {
    let decided_by = tx.user_id()?;
    if reason.is_none() {
        let closed = ClosedYears::load(tx.conn)?.of_teachers(tx.conn, consequences.years.iter().copied())?;
        if !closed.is_empty() {
            let message = "涉及已结账年度的学时，须填写理由";
            return Err(ApiError::invalid("/reason", "reason_required", message));
        }
    }
    let ids: Vec<DuplicateGroupId> = decisions.iter().map(|(group, _)| group.id).collect();
    groups::decide(tx, &ids, &consequences.kept, reason, decided_by)?;
    let because = Some(reason.unwrap_or(DUPLICATE));
    for (to, ids, reason) in [
        (HourRecordStatus::Voided, &consequences.voided, because),
        (HourRecordStatus::Rejected, &consequences.rejected, because),
        (HourRecordStatus::Recognized, &consequences.recognized, reason),
    ] {
        if !ids.is_empty() {
            ledger::decide(tx, ids, to, reason)?;
        }
    }
    audit(tx, user, decisions, consequences, reason)
}

/// Writes one audit entry for each group, and one for each record that changed.
fn audit(
    tx: &mut Tx<'_>,
    user: &CurrentUser,
    decisions: &[Decision<'_>],
    consequences: &Consequences,
    reason: Option<&str>,
) -> Result<()> {
    let before: HashMap<HourRecordId, &HourRecordView> = decisions
        .iter()
        .flat_map(|(group, _)| group.units.iter().flat_map(|unit| &unit.records))
        .map(|record| (record.id, record))
        .collect();
    let Consequences { voided, rejected, recognized, .. } = consequences;
    let changed: Vec<HourRecordId> = voided.iter().chain(rejected).chain(recognized).copied().collect();
    for chunk in changed.chunks(CHUNK) {
        let mut after = find_all(tx.conn, user, chunk.to_vec())?;
        after.sort_by_key(|record| record.id);
        for record in &after {
            let before = before.get(&record.id).copied();
            tx.audit(audit_action(record.status), "hour_record", record.id, before, Some(record))?;
        }
    }
    for (group, choice) in decisions {
        let ids = |units: &[&DuplicateUnit]| {
            units.iter().flat_map(|unit| unit.records.iter().map(|record| record.id)).collect::<Vec<_>>()
        };
        let after = json!({ "kept": ids(&choice.kept), "ended": ids(&choice.ended), "reason": reason });
        tx.audit("decide", "duplicate_group", group.id, None::<&()>, Some(&after))?;
    }
    Ok(())
}
