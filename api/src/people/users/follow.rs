//! Accounts of teachers follow where the teachers serve.

use diesel::prelude::*;
use serde_json::json;
use songjiao_types::{OrganizationId, Role, TeacherId, UserId};

use crate::{
    auth,
    db::{
        Tx,
        schema::{appointments, teachers, users},
    },
    error::Result,
};

/// The roles whose accounts follow: those that see by assignment alone.
const FOLLOWING: [Role; 3] = [Role::Teacher, Role::TeamLeader, Role::TeamMember];
/// Teachers looked up by one statement.
const CHUNK: usize = 2000;

/// Moves the accounts of teachers who were transferred from the school that opened them: the new school manages them, and
/// the codes of the former one end.
///
/// # Errors
/// If the database fails.
pub fn follow(tx: &mut Tx<'_>, teachers: &[TeacherId]) -> Result<()> {
    for chunk in teachers.chunks(CHUNK) {
        let served_there = appointments::table
            .filter(appointments::teacher_id.nullable().eq(users::teacher_id))
            .filter(appointments::organization_id.eq(users::organization_id));
        let moved: Vec<(UserId, OrganizationId)> = users::table
            .inner_join(teachers::table.on(teachers::id.nullable().eq(users::teacher_id)))
            .filter(teachers::id.eq_any(chunk))
            .filter(users::service.eq(false).and(users::role.eq_any(FOLLOWING)))
            .filter(users::organization_id.ne(teachers::organization_id))
            .filter(users::scope_organization_id.eq(users::organization_id))
            .filter(diesel::dsl::exists(served_there))
            .select((users::id, teachers::organization_id))
            .load(tx.conn)?;
        for (user, organization) in moved {
            diesel::update(users::table.find(user))
                .set((
                    users::organization_id.eq(organization),
                    users::scope_organization_id.eq(organization),
                    users::version.eq(users::version + 1),
                    users::updated_at.eq(tx.now),
                ))
                .execute(tx.conn)?;
            auth::end_codes(tx, &[user])?;
            tx.audit("follow_teacher", "user", user, None::<&()>, Some(&json!({ "organization_id": organization })))?;
        }
    }
    Ok(())
}
