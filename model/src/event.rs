//! What happens in a county.

use chrono::NaiveDate;

use crate::{
    hours::HourEntry,
    ids::{ActivityId, ExemptionId, ImportId, OrganizationId, PolicyId, ProjectId, RecordId, SpellId, TeacherId},
    policy::{Calendar, PolicyValues},
    project::{Activity, Mark, Project},
    rules::{bulk::RecordFilter, closing::OpenMatter, duplicates::NamedRule},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    Retired,
    Resigned,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    Recognize,
    Reject,
    /// For correction.
    Return,
}

/// An act. Every id that it makes is named in it; acts that take records away name those records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A teacher with a first spell, confirmed unless a school reports it.
    AddTeacher {
        teacher: TeacherId,
        spell: SpellId,
        organization: OrganizationId,
        first: NaiveDate,
        reported: bool,
    },
    /// Ends the last spell on the day before `on`, or replaces it where it begins on that day.
    Transfer {
        teacher: TeacherId,
        spell: SpellId,
        to: OrganizationId,
        on: NaiveDate,
    },
    /// `on` is the last day of service.
    EndService {
        teacher: TeacherId,
        on: NaiveDate,
        reason: EndReason,
        takes_away: Vec<RecordId>,
    },
    /// A further spell after an end. One that begins on the last day of service moves that end to the day before.
    Return {
        teacher: TeacherId,
        spell: SpellId,
        organization: OrganizationId,
        first: NaiveDate,
    },
    CorrectSpell {
        spell: SpellId,
        first: NaiveDate,
        last: Option<NaiveDate>,
        takes_away: Vec<RecordId>,
    },
    /// Takes a spell back; an end that it moved is what it was before.
    TakeBackSpell {
        spell: SpellId,
        takes_away: Vec<RecordId>,
    },
    /// A school's statement, which waits for confirmation.
    ReportSpell {
        teacher: TeacherId,
        spell: SpellId,
        organization: OrganizationId,
        first: NaiveDate,
        last: Option<NaiveDate>,
    },
    /// A school's correction of a confirmed spell, which waits for confirmation.
    ReportCorrection {
        spell: SpellId,
        first: NaiveDate,
        last: Option<NaiveDate>,
    },
    /// Confirms a reported spell or a reported correction.
    ConfirmSpell {
        spell: SpellId,
    },
    AddExemption {
        exemption: ExemptionId,
        teacher: TeacherId,
        first: NaiveDate,
        last: NaiveDate,
        confirmed: bool,
    },
    ConfirmExemption {
        exemption: ExemptionId,
    },
    /// Ends an exemption earlier than stated.
    EndExemption {
        exemption: ExemptionId,
        last: NaiveDate,
    },
    /// `calendar` goes with the root's rows only.
    AddPolicy {
        policy: PolicyId,
        organization: OrganizationId,
        effective_on: NaiveDate,
        values: PolicyValues,
        calendar: Option<Calendar>,
    },
    WithdrawPolicy {
        policy: PolicyId,
    },
    RecordHour(HourEntry),
    /// The rows of one file, all or nothing.
    ImportHours(Vec<HourEntry>),
    /// The rows of one file, with a reason that accepts the flags of years that are over.
    ImportAcceptedHours(Vec<HourEntry>),
    /// A record that a platform pushes.
    PushHour(HourEntry),
    DecideHour {
        record: RecordId,
        decision: Decision,
    },
    /// Of a recognised record, with a reason. In a closed year it is 补录.
    VoidHour {
        record: RecordId,
    },
    /// All or none.
    RecognizeSelected(Vec<RecordId>),
    DecideFiltered {
        filter: RecordFilter,
        decision: Decision,
    },
    /// By who submitted the record.
    WithdrawHour {
        record: RecordId,
    },
    /// A new record in place of a returned one.
    CorrectHour {
        former: RecordId,
        entry: HourEntry,
    },
    /// A new record in place of a rejected or voided one.
    RestoreHour {
        former: RecordId,
        record: RecordId,
    },
    TakeBackImport {
        import: ImportId,
    },
    /// Decides the group of these units, each named by its first record. With a reason.
    DecideGroup {
        units: Vec<RecordId>,
        keep: Vec<RecordId>,
    },
    /// Decides the open groups of a year, or all.
    DecideGroups {
        rule: NamedRule,
        training_year: Option<i32>,
    },
    /// A project with its first phase active.
    AddProject(Project),
    /// `on` is the first day that concerns the participant.
    Admit {
        project: ProjectId,
        teacher: TeacherId,
        on: NaiveDate,
    },
    AddActivity(Activity),
    CancelActivity {
        activity: ActivityId,
    },
    MarkDay {
        activity: ActivityId,
        day: NaiveDate,
        marks: Vec<(TeacherId, Mark)>,
    },
    /// `fills` marks as absent whose mark is missing, with a reason.
    CompletePhase {
        project: ProjectId,
        phase: usize,
        fills: bool,
    },
    StartPhase {
        project: ProjectId,
        phase: usize,
    },
    ReopenPhase {
        project: ProjectId,
        phase: usize,
    },
    /// Skips what has not begun and completes.
    CompleteProject {
        project: ProjectId,
    },
    ReopenProject {
        project: ProjectId,
    },
    /// As of today.
    WithdrawParticipant {
        project: ProjectId,
        teacher: TeacherId,
        fills: bool,
    },
    /// After issue, with a reason.
    CorrectMark {
        activity: ActivityId,
        teacher: TeacherId,
        day: NaiveDate,
        mark: Mark,
    },
    CloseYear {
        training_year: i32,
        waived: Vec<OpenMatter>,
    },
    ReopenYear {
        training_year: i32,
    },
    /// A record for a closed year, with a reason: 补录.
    LateHour(HourEntry),
    /// An act that is refused and changes nothing.
    Refused {
        event: Box<Event>,
        refusal: Refusal,
    },
}

/// Why an act is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    AppointmentOverlaps,
    NotInService,
    ImplausibleHours,
    /// An end of service that does not name the records after it.
    RecordsAfterService,
    /// A policy row, or a record to be taken away, of a closed year.
    YearClosed,
    YearNotOver,
    YearOutOfOrder,
    OpenMatters,
    /// Hours for a closed year as if it were open.
    ReasonMissing,
    CyclesDoNotJoin,
    /// Withdrawing a policy that has begun.
    PolicyInForce,
    /// Recognising a suspected record otherwise than by a decision on its group.
    DuplicateSuspected,
    /// Recognising in bulk what waits for more than a decision.
    HeldBack,
    /// Restoring what a live record has restored.
    AlreadyLive,
    /// Activities that concern a participant add up to more than the plan.
    HoursAbovePlan,
    ActivitiesAhead,
    MarksMissing,
    /// The design does not say what becomes of the act. The generator leaves such acts out.
    Unspecified(&'static str),
}

impl Refusal {
    /// Returns the error code where the design names one.
    pub fn code(self) -> Option<&'static str> {
        match self {
            Self::AppointmentOverlaps => Some("appointment_overlaps"),
            Self::NotInService => Some("not_in_service"),
            Self::ImplausibleHours => Some("implausible_hours"),
            Self::HoursAbovePlan => Some("hours_above_plan"),
            _ => None,
        }
    }
}
