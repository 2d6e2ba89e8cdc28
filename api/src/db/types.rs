//! Column types: native on each database, one type in the code.

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::Pg,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{HasSqlType, Text, Timestamp},
    sqlite::Sqlite,
};
use songjiao_types::{Hours, Id};

pub use songjiao_types::db::{Bits, Code, DbUuid, HundredthHours};

use super::MultiBackend;

/// Implements a column type for the enum of connections.
macro_rules! multi_backend_type {
    ($sql:ident $(, [$($generic:ident)?] $value:ty)*) => {
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                Self::lookup_sql_type::<$sql>(lookup)
            }
        }

        $(
            impl$(<$generic: 'static>)? ToSql<$sql, MultiBackend> for $value {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                    out.set_value(($sql, self));
                    Ok(IsNull::No)
                }
            }

            impl$(<$generic>)? FromSql<$sql, MultiBackend> for $value {
                fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                    value.from_sql::<Self, $sql>()
                }
            }
        )*
    };
}

multi_backend_type!(DbUuid, [T] Id<T>);
multi_backend_type!(HundredthHours, [] Hours);
multi_backend_type!(Bits, [] songjiao_types::hour_records::HoldSet, [] songjiao_types::hour_records::FlagSet);
multi_backend_type!(
    Code,
    [] songjiao_types::Role,
    [] songjiao_types::changes::ChangeType,
    [] songjiao_types::webhooks::DeliveryStatus,
    [] songjiao_types::webhooks::WebhookStatus,
    [] songjiao_types::appointments::EndReason,
    [] songjiao_types::completions::MendingKind,
    [] songjiao_types::certifications::Award,
    [] songjiao_types::certifications::CertificationStatus,
    [] songjiao_types::certifications::Verdict,
    [] songjiao_types::duplicate_groups::DuplicateGroupStatus,
    [] songjiao_types::exemptions::ExemptionKind,
    [] songjiao_types::hour_records::HourRecordHold,
    [] songjiao_types::hour_records::HourRecordStatus,
    [] songjiao_types::imports::ImportKind,
    [] songjiao_types::imports::ImportStatus,
    [] songjiao_types::lessons::LessonGrade,
    [] songjiao_types::organizations::OrganizationKind,
    [] songjiao_types::activities::ActivityForm,
    [] songjiao_types::activities::ActivityStatus,
    [] songjiao_types::attendance::AttendanceStatus,
    [] songjiao_types::deliverables::DeliverableKind,
    [] songjiao_types::deliverables::DiagnosisMethod,
    [] songjiao_types::enrollments::EnrollmentStatus,
    [] songjiao_types::phases::PhaseKind,
    [] songjiao_types::phases::PhaseStatus,
    [] songjiao_types::phases::Responsible,
    [] songjiao_types::policies::MonthBasis,
    [] songjiao_types::projects::ProjectKind,
    [] songjiao_types::projects::ProjectStatus,
    [] songjiao_types::teachers::Gender,
    [] songjiao_types::teachers::TeacherStatus,
    [] songjiao_types::teams::TeamMemberRole,
    [] songjiao_types::training::Stage,
    [] songjiao_types::training::TrainingDimension,
    [] songjiao_types::training::TrainingLevel,
    [] songjiao_types::training::TrainingMode
);

/// An instant in UTC with microseconds on both databases. SQLite stores it with six decimals always,
/// so that the text sorts in order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub struct UtcTime(DateTime<Utc>);

impl UtcTime {
    /// Returns the instant a time span later.
    #[must_use]
    pub fn after(self, span: chrono::TimeDelta) -> Self {
        Self(self.0 + span)
    }

    /// Returns the date in Asia/Shanghai (UTC+8, no daylight saving time).
    pub fn local_date(self) -> chrono::NaiveDate {
        (self.0.naive_utc() + chrono::TimeDelta::hours(8)).date()
    }
}

impl From<DateTime<Utc>> for UtcTime {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.trunc_subsecs(6))
    }
}

impl From<UtcTime> for DateTime<Utc> {
    fn from(time: UtcTime) -> Self {
        time.0
    }
}

impl ToSql<Timestamp, Pg> for UtcTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <NaiveDateTime as ToSql<Timestamp, Pg>>::to_sql(&self.0.naive_utc(), &mut out.reborrow())
    }
}

impl ToSql<Timestamp, Sqlite> for UtcTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.format("%Y-%m-%d %H:%M:%S%.6f").to_string());
        Ok(IsNull::No)
    }
}

impl ToSql<Timestamp, MultiBackend> for UtcTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Timestamp, self));
        Ok(IsNull::No)
    }
}

impl<DB> FromSql<Timestamp, DB> for UtcTime
where
    DB: Backend,
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(value).map(|time| Self(time.and_utc()))
    }
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// Sums hours; `NULL` without rows.
    #[aggregate]
    #[sql_name = "SUM"]
    fn sum_hours(hours: HundredthHours) -> Nullable<BigInt>;

    /// Converts to lower case, for searches that ignore case.
    fn lower(text: Text) -> Text;
}

/// Returns the pattern of `LIKE … ESCAPE '\'` that matches `text` anywhere, with its wildcards escaped.
pub fn contains_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
