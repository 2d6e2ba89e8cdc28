//! What a bureau sets for its subtree.

use serde::{Deserialize, Serialize};
use validator::ValidationError;

use crate::{
    Hours,
    training::{TrainingDimension, TrainingMode, TrainingTier},
};

wire_enum! {
    /// How months without service and exempt months are counted.
    MonthBasis {
        Elapsed = "elapsed", "按实际历时";
        Calendar = "calendar", "按自然月";
    }
}

/// Declares optional hours for each value of an enum.
macro_rules! hours_by {
    ($(#[$meta:meta])* $name:ident by $enum:ident { $($(#[$field_meta:meta])* $field:ident => $variant:ident;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[$field_meta])*
                pub $field: Option<Hours>,
            )+
        }

        impl $name {
            /// Returns the hours of a value, if any are set.
            pub fn get(&self, of: $enum) -> Option<Hours> {
                match of { $($enum::$variant => self.$field,)+ }
            }

            /// Returns whether any hours are set.
            pub fn any(&self) -> bool {
                *self != Self::default()
            }
        }
    };
}

hours_by! {
    /// The most hours of each tier 培训层级 that count in a year; `null` for no limit.
    TierCaps by TrainingTier {
        /// 校本研修.
        school => School;
        /// 县级培训.
        county => County;
        /// 县级以上培训.
        above_county => AboveCounty;
        /// 其他.
        other => Other;
    }
}

hours_by! {
    /// The fewest hours of each dimension 三修 that a year asks for; `null` for none.
    DimensionMinimums by TrainingDimension {
        /// 专业理念与师德.
        ethics => Ethics;
        /// 专业知识.
        knowledge => Knowledge;
        /// 专业能力.
        skill => Skill;
    }
}

hours_by! {
    /// The hours that make one 学分, by mode 培训方式; `null` where the policy counts in 学时 alone.
    HoursPerCredit by TrainingMode {
        /// 脱产研修.
        full_time_long => FullTimeLong;
        /// 集中面授.
        face_to_face => FaceToFace;
        /// 网络研修.
        online => Online;
        /// 混合研修.
        blended => Blended;
        /// 其他方式.
        other => Other;
    }
}

/// Checks that no 学分 costs nothing.
///
/// # Errors
/// `hours_not_positive`.
pub(super) fn above_zero(hours: &HoursPerCredit) -> Result<(), ValidationError> {
    let HoursPerCredit { full_time_long, face_to_face, online, blended, other } = hours;
    let all = [full_time_long, face_to_face, online, blended, other];
    all.into_iter().flatten().try_for_each(crate::validate::positive_hours)
}

/// The figures of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PolicyFigures {
    /// The annual quota per teacher, 每人每年不少于 72 学时 (一-3).
    #[cfg_attr(feature = "openapi", schema(example = 72))]
    pub annual_hours: Hours,
    /// The hours of a cycle, 每五年完成 360 学时 (三-1).
    #[cfg_attr(feature = "openapi", schema(example = 360))]
    pub cycle_hours: Hours,
    /// The absence limit: a participant earns no hours if the share missed exceeds numerator/denominator (六(机制)-3).
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub absence_limit_numerator: i32,
    /// See `absence_limit_numerator`.
    #[cfg_attr(feature = "openapi", schema(example = 5))]
    pub absence_limit_denominator: i32,
    /// Whether leave counts as missed.
    pub leave_counts_as_missed: bool,
    /// The elimination rate 末位淘汰率 in per cent (一-2).
    #[cfg_attr(feature = "openapi", schema(example = 10))]
    pub elimination_percent: i32,
    /// The working days for which nominated participants are announced 公示 (五-1).
    #[cfg_attr(feature = "openapi", schema(example = 5))]
    pub publicity_days: i32,
    /// The number of years within which no teacher is selected again for the same level 重复选派 (五-1).
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub look_back_years: i32,
    /// The minimum visits 送教 per year.
    #[cfg_attr(feature = "openapi", schema(example = 4))]
    pub visits_per_year: i32,
    /// The minimum days per visit.
    #[cfg_attr(feature = "openapi", schema(example = 2))]
    pub days_per_visit: i32,
    /// The most hours that a day of training is expected to have.
    #[cfg_attr(feature = "openapi", schema(example = 8))]
    pub hours_per_day: Hours,
    /// The most hours of each tier that count in a year.
    pub tier_caps: TierCaps,
    /// The fewest hours of each dimension that a year asks for.
    pub dimension_minimums: DimensionMinimums,
    /// The hours that make one 学分, by mode.
    pub hours_per_credit: HoursPerCredit,
    /// The number of reviewers of a certification that may come from the team that graded the lesson.
    #[cfg_attr(feature = "openapi", schema(example = 0))]
    pub own_team_reviewers: i32,
    /// The number of reviews of a certification, at least two.
    #[cfg_attr(feature = "openapi", schema(example = 2))]
    pub reviews_required: i32,
    /// The prefix of certificate numbers, which belongs to one bureau; `null` for the series of the root.
    #[cfg_attr(feature = "openapi", schema(example = "SL"))]
    pub certificate_prefix: Option<String>,
}
