use chrono::NaiveDate;
use songjiao_types::{ErrorCode, FieldError, WireEnum};

use super::timeline::Spell;
use crate::error::ApiError;

/// Why a change of a teacher's service is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The spell overlaps another.
    Overlaps(Spell),
    /// A reported spell that waits for confirmation would overlap.
    OverlapsReported(Spell),
    /// The spell replaces another with the same first day, which needs a reason.
    ReplacesWithoutReason(Spell),
    /// No spell covers the day of a transfer.
    NotInServiceOn(NaiveDate),
    /// No statement about the teacher stands.
    NoSpell,
    /// The teacher serves there already.
    SameOrganization,
    /// The first day of service would lie after the end of the first spell.
    JoinedAfterFirstSpell(NaiveDate),
    /// The last day of service would lie before the first day of the last spell.
    LeftBeforeLastSpell(NaiveDate),
    /// The statement was corrected or taken back.
    DoesNotStand,
    /// The statement is confirmed already.
    AlreadyConfirmed,
    /// The statement is confirmed, and the caller may not confirm.
    NeedsConfirmation,
}

impl Refusal {
    /// Returns the field at fault, the code and the message.
    pub fn fault(&self) -> (&'static str, &'static str, String) {
        let overlaps = ErrorCode::AppointmentOverlaps.as_str();
        let span = |spell: &Spell| {
            let end = spell.end.map_or_else(|| "今".to_owned(), |end| end.on.to_string());
            format!("{} 至{end}", spell.starts_on)
        };
        match self {
            Self::Overlaps(spell) => ("starts_on", overlaps, format!("与 {}的任职重叠", span(spell))),
            Self::OverlapsReported(spell) => {
                ("starts_on", overlaps, format!("与待确认的任职（{}）重叠，请先确认或撤回该任职", span(spell)))
            }
            Self::ReplacesWithoutReason(spell) => {
                ("reason", "required", format!("将取代自 {} 起的任职，须填写原因", spell.starts_on))
            }
            Self::NotInServiceOn(day) => {
                ("starts_on", "wrong_state", format!("教师 {day} 不在任职期间，不能调动；返聘请新增任职"))
            }
            Self::NoSpell => ("", "wrong_state", "该教师没有任职，请先新增任职".to_owned()),
            Self::SameOrganization => ("organization_id", "same_organization", "教师当日已在该单位任职".to_owned()),
            Self::JoinedAfterFirstSpell(end) => {
                ("joined_on", "after_appointment", format!("入职日期不能晚于首次任职的结束日期 {end}"))
            }
            Self::LeftBeforeLastSpell(start) => {
                ("left_on", "before_appointment", format!("离任日期不能早于现任职开始日期 {start}"))
            }
            Self::DoesNotStand => ("", "wrong_state", "该任职已被更正或撤回，请刷新后重试".to_owned()),
            Self::AlreadyConfirmed => ("", "wrong_state", "该任职已经确认".to_owned()),
            Self::NeedsConfirmation => ("", "forbidden", "已确认的任职须由进修学校撤回，或提交更正待确认".to_owned()),
        }
    }

    fn code(&self) -> ErrorCode {
        match self {
            Self::Overlaps(_) | Self::OverlapsReported(_) => ErrorCode::AppointmentOverlaps,
            Self::NotInServiceOn(_) | Self::NoSpell | Self::DoesNotStand | Self::AlreadyConfirmed => {
                ErrorCode::WrongState
            }
            Self::NeedsConfirmation => ErrorCode::Forbidden,
            _ => ErrorCode::Invalid,
        }
    }

    /// Returns the error with the fault at a pointer, for requests about several teachers.
    pub fn at(&self, pointer: impl Into<String>) -> ApiError {
        let (_, code, message) = self.fault();
        ApiError::new(self.code()).detail(message.clone()).errors(vec![FieldError::new(pointer, code, message)])
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal.fault().0 {
            "" => Self::new(refusal.code()).detail(refusal.fault().2),
            field => refusal.at(format!("/{field}")),
        }
    }
}
