//! Explanations: what quotas, credits and rates are made of, complete enough to recompute each figure, with the clause of
//! 舒教局函〔2017〕82号 and a Chinese sentence.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    ExemptionId, HourRecordId, Hours, OrganizationId, PolicyId,
    credits::CreditView,
    exemptions::ExemptionKind,
    hour_records::{HourRecordHold, HourRecordStatus},
    organizations::OrganizationRef,
    policies::{DimensionMinimums, MonthBasis, TierCaps},
    quotas::QuotaView,
    total_hours,
    training::{TrainingDimension, TrainingLevel, TrainingTier},
};

/// The clause of quotas and rates.
pub const QUOTA_CLAUSE: &str = "舒教局函〔2017〕82号 一-3";
/// The clause of credits.
pub const CREDIT_CLAUSE: &str = "舒教局函〔2017〕82号 三-1";

query! {
    /// The day as of which figures are given.
    AsOfQuery {
        /// What was known at the end of this day, which also stands for today; defaults to what is known now
        as_of: NaiveDate,
    }
}

wire_enum! {
    /// Why a training year belongs to an organization.
    YearOwnerRule {
        /// The last day of service in the year up to today decides.
        LastDay = "last_day", "该年度截至当日的最后在岗日";
        /// No day of service in the year has come; the first decides.
        FirstToCome = "first_to_come", "该年度将来的首个在岗日";
        /// Without service in the year, the next service decides.
        NextService = "next_service", "该年度没有任职，由其后的任职决定";
        /// Without service in the year or later, the last service decides.
        LastService = "last_service", "该年度及以后没有任职，由最后的任职决定";
        /// Without service and hours in the year, the teacher's organization decides.
        Current = "current", "该年度没有任职和学时，由现单位决定";
    }
}

wire_enum! {
    /// Why nothing is owed on the days of a span.
    FreeReason {
        NotInService = "not_in_service", "不在岗";
        Exempt = "exempt", "减免";
        /// Days without service and exempt days that touch or overlap.
        Both = "both", "不在岗及减免";
        /// The year lies before the first policy's or after the last that is assessed.
        NotAssessed = "not_assessed", "不在考核年度之内";
    }
}

/// A training year's days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedYear {
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day.
    pub last_day: NaiveDate,
    /// The months: 12, or another number in the year before the first day of years moves.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub months: i32,
}

/// A spell of service 任职.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedSpell {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The organization's name 单位名称.
    pub organization_name: String,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day; `null` if none is known.
    pub ends_on: Option<NaiveDate>,
}

/// To which organization a year belongs, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct YearOwnerView {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The organization's name 单位名称.
    pub organization_name: String,
    /// The rule.
    pub rule: YearOwnerRule,
    /// The day that decides; `null` where no spell does.
    pub day: Option<NaiveDate>,
    /// The spell that decides; `null` where none does.
    pub spell: Option<ExplainedSpell>,
}

/// The policy row by which a year is assessed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedPolicy {
    /// The policy.
    pub id: PolicyId,
    /// The bureau whose policy it is.
    pub organization_id: OrganizationId,
    /// The bureau's name.
    pub organization_name: String,
    /// The first day on which it holds.
    pub effective_from: NaiveDate,
    /// The hours of a full year.
    pub annual_hours: Hours,
    /// The hours of a full cycle.
    pub cycle_hours: Hours,
    /// The years of the cycle to which the year belongs.
    pub cycle_years: i32,
    /// The most hours of each tier that count.
    pub tier_caps: TierCaps,
    /// The fewest hours of each dimension.
    pub dimension_minimums: DimensionMinimums,
    /// The basis of the figures.
    pub note: Option<String>,
}

/// An exemption. Which one it is, and of which kind, is only for callers who may read exemptions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedExemption {
    /// The exemption, if the caller may read it.
    pub exemption_id: Option<ExemptionId>,
    /// Its kind, if the caller may read it.
    pub kind: Option<ExemptionKind>,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
}

/// Days without a break on which nothing is owed, merged where days without service and exempt days touch or overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FreePeriod {
    /// Why nothing is owed.
    pub reason: FreeReason,
    /// The first day, from which elapsed months are counted. It may lie before the year.
    pub starts_on: NaiveDate,
    /// The last day, which may lie after the year; `null` if no end is known.
    pub ends_on: Option<NaiveDate>,
}

/// What takes a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakenMonth {
    /// The days on which nothing is owed.
    #[serde(flatten)]
    pub period: FreePeriod,
    /// The day within the month on which a month of the period ends.
    pub month_ends_on: NaiveDate,
}

/// A month of a training year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedMonth {
    /// Its position in the year, from 1.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub number: i32,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day.
    pub last_day: NaiveDate,
    /// Whether the month is owed.
    pub owed: bool,
    /// What takes the month; `null` if it is owed.
    pub taken_by: Option<TakenMonth>,
}

/// How the requirement is computed: annual hours × months owed ÷ divisor, rounded up to the tenth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Computation {
    /// The hours of a full year.
    pub annual_hours: Hours,
    /// The months that are owed.
    pub owed_months: i32,
    /// The months of the year, at least twelve.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub divisor: i32,
    /// The result.
    #[serde(deserialize_with = "total_hours")]
    pub required_hours: Hours,
    /// The computation in writing.
    #[cfg_attr(feature = "openapi", schema(example = "72 × 10 ÷ 12 = 60"))]
    pub text: String,
}

/// An hour record of the year that is recognised or pending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedRecord {
    /// The record.
    pub id: HourRecordId,
    /// The title 项目名称.
    pub title: String,
    /// The last day of the training.
    pub ends_on: NaiveDate,
    /// The hours.
    pub hours: Hours,
    /// The level 培训类别.
    pub level: TrainingLevel,
    /// The tier 培训层级.
    pub tier: TrainingTier,
    /// The dimension 三修.
    pub dimension: Option<TrainingDimension>,
    /// `recognized` or `pending`.
    pub status: HourRecordStatus,
    /// What a pending record waits for.
    pub hold: Option<HourRecordHold>,
}

/// The hours of a tier 培训层级 and what counts of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedTier {
    /// The tier.
    pub tier: TrainingTier,
    /// Recognised hours.
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// Pending hours.
    #[serde(deserialize_with = "total_hours")]
    pub pending_hours: Hours,
    /// The most that counts; `null` for no limit.
    pub cap: Option<Hours>,
    /// What counts.
    #[serde(deserialize_with = "total_hours")]
    pub counted_hours: Hours,
}

/// The recognised hours of a dimension 三修 and what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedDimension {
    /// The dimension.
    pub dimension: TrainingDimension,
    /// Recognised hours.
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// The fewest hours that the policy asks for; `null` for none.
    pub minimum: Option<Hours>,
    /// What is missing.
    pub missing_hours: Hours,
}

/// What a teacher's quota of a training year is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuotaExplanation {
    /// The figures that are explained.
    #[serde(flatten)]
    pub quota: QuotaView,
    /// The day on which the figures are given, which stands for today.
    pub day: NaiveDate,
    /// The training year.
    pub year: ExplainedYear,
    /// How months are counted.
    pub month_basis: MonthBasis,
    /// To which organization the year belongs.
    pub belongs_to: YearOwnerView,
    /// The policy row.
    pub policy: ExplainedPolicy,
    /// The confirmed spells that meet the year, in order; of a closed year those known at its closing. Without any, nothing
    /// is owed.
    pub spells: Vec<ExplainedSpell>,
    /// The exemptions that meet the year, by first day.
    pub exemptions: Vec<ExplainedExemption>,
    /// The days on which nothing is owed that meet the year, merged, in order.
    pub free_periods: Vec<FreePeriod>,
    /// The months of the year, in order.
    pub months: Vec<ExplainedMonth>,
    /// How the requirement is computed.
    pub computation: Computation,
    /// The records that make up the recognised and the pending hours, by last day.
    pub records: Vec<ExplainedRecord>,
    /// The hours of every tier.
    pub tiers: Vec<ExplainedTier>,
    /// The recognised hours of every dimension.
    pub dimensions: Vec<ExplainedDimension>,
    /// The clause.
    #[cfg_attr(feature = "openapi", schema(example = "舒教局函〔2017〕82号 一-3"))]
    pub clause: String,
    /// The explanation as a Chinese sentence.
    pub text: String,
}

/// The share of a training year in its cycle: cycle hours ÷ cycle years × months owed ÷ divisor, rounded up to the tenth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreditShare {
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The training year's days.
    pub year: ExplainedYear,
    /// To which organization the year belongs.
    pub belongs_to: YearOwnerView,
    /// The policy row.
    pub policy: ExplainedPolicy,
    /// The positions of the months that are owed, from 1.
    pub owed: Vec<i32>,
    /// The months of the year, at least twelve.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub divisor: i32,
    /// What the year adds to the requirement of the cycle.
    #[serde(deserialize_with = "total_hours")]
    pub share_hours: Hours,
    /// The months of the year that are over.
    pub months_over: i32,
    /// What is owed for the months that are over: the share of the owed months among them, rounded up to the tenth.
    #[serde(deserialize_with = "total_hours")]
    pub due_hours: Hours,
    /// The hours recognised in the year.
    #[serde(deserialize_with = "total_hours")]
    pub recognized_hours: Hours,
    /// The computation in writing.
    #[cfg_attr(feature = "openapi", schema(example = "360 ÷ 5 × 10 ÷ 12 = 60"))]
    pub text: String,
}

/// What a teacher's credits in a cycle are made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreditExplanation {
    /// The figures that are explained.
    #[serde(flatten)]
    pub credit: CreditView,
    /// The day on which the figures are given, which stands for today.
    pub day: NaiveDate,
    /// Whether the cycle has not ended on that day.
    pub running: bool,
    /// The shares of the years, in order.
    pub shares: Vec<CreditShare>,
    /// The clause.
    #[cfg_attr(feature = "openapi", schema(example = "舒教局函〔2017〕82号 三-1"))]
    pub clause: String,
    /// The explanation as a Chinese sentence.
    pub text: String,
}

/// How many teachers met their quota, and the rate that follows: met ÷ rated, in percent, rounded to one decimal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RateCounts {
    /// The organization.
    pub organization: OrganizationRef,
    /// Teachers whose year belongs there.
    pub teachers: i64,
    /// Teachers of whom nothing is required.
    pub exempt: i64,
    /// The others, whom the rate counts.
    pub rated: i64,
    /// Teachers who met their quota.
    pub met: i64,
    /// Teachers who did not.
    pub short: i64,
    /// The percentage, to one decimal; `null` if the rate counts nobody.
    #[cfg_attr(feature = "openapi", schema(example = 66.7))]
    pub rate: Option<f64>,
}

/// What the rate of an organization and all below it is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RateExplanation {
    /// The organization with all below it.
    #[serde(flatten)]
    pub total: RateCounts,
    /// 培训年度.
    #[cfg_attr(feature = "openapi", schema(example = 2026))]
    pub training_year: i32,
    /// The teachers whose year belongs to the organization itself.
    pub itself: RateCounts,
    /// The organizations directly below, each with all below it, by code; those without teachers are left out.
    pub children: Vec<RateCounts>,
    /// The clause.
    #[cfg_attr(feature = "openapi", schema(example = "舒教局函〔2017〕82号 一-3"))]
    pub clause: String,
    /// The computation in writing.
    #[cfg_attr(feature = "openapi", schema(example = "2 ÷ 3 = 66.7 %"))]
    pub computation: String,
    /// The explanation as a Chinese sentence.
    pub text: String,
}
