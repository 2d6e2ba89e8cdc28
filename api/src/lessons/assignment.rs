//! What being named as a reviewer opens, as a subquery.

/// The ids of the certifications for which the user, with any account, was named as a reviewer, as a subquery for `eq_any`.
/// It is empty for users who do not hold the permission to review.
macro_rules! named_certification_ids {
    ($user:expr) => {{
        use $crate::db::schema::{certification_reviewers, users};
        let reviews = $user.allows(songjiao_types::Permission::CertificationsReview);
        certification_reviewers::table
            .inner_join(users::table)
            .filter(
                users::id
                    .nullable()
                    .eq(reviews.then_some($user.id))
                    .or(users::teacher_id.eq($user.teacher_id.filter(|_| reviews))),
            )
            .select(certification_reviewers::certification_id)
    }};
}
pub(crate) use named_certification_ids;
