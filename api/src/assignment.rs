//! Which projects a user is assigned to through a team: the second of the two grants from which
//! it follows who sees what (the first is [`crate::scope`]).

/// The ids of the projects whose team the user is in, as a subquery for `eq_any`. A user who is
/// no teacher is in no team.
macro_rules! team_project_ids {
    ($user:expr) => {
        $crate::db::schema::projects::table
            .inner_join(
                $crate::db::schema::team_members::table
                    .on($crate::db::schema::team_members::team_id.nullable().eq($crate::db::schema::projects::team_id)),
            )
            .filter($crate::db::schema::team_members::teacher_id.eq($user.teacher_id))
            .filter($crate::db::schema::team_members::left_on.is_null())
            .select($crate::db::schema::projects::id)
    };
}
pub(crate) use team_project_ids;
