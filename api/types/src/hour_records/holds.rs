//! What pending records wait for, and what is implausible about a record.

wire_enum! {
    /// What a pending record waits for, in the order of precedence.
    HourRecordHold {
        /// The confirmation of the teacher's service on the days of the training.
        ServiceUnconfirmed = "service_unconfirmed", "任职待确认";
        /// Somebody else's decision: the user who entered the record is the teacher.
        Own = "own", "本人学时待他人认定";
        /// The decision which of several records of one training counts.
        Suspected = "suspected", "疑似重复待核对";
        /// The decision on implausible hours or dates; see `flags`.
        Flagged = "flagged", "异常待核对";
        /// The end of the project that issued the hours.
        ProjectEnd = "project_end", "待项目结业";
        /// A decision by a person. Decisions in bulk reach these records alone.
        Decision = "decision", "待认定";
    }
}

wire_set! {
    /// All that a record waits for; empty unless it is pending.
    HoldSet of HourRecordHold
}

impl HoldSet {
    /// What a pending record waits for if nothing else keeps it.
    #[must_use]
    pub fn base(project_end: bool) -> Self {
        Self::EMPTY.with_base(project_end)
    }

    fn with_base(self, project_end: bool) -> Self {
        let rest = self.except(HourRecordHold::ProjectEnd).except(HourRecordHold::Decision);
        rest.and_if(project_end, HourRecordHold::ProjectEnd).and_if(!project_end, HourRecordHold::Decision)
    }

    /// Returns the set of a pending record that waits for one more thing. A record that waits for its project's end waits
    /// for no decision.
    #[must_use]
    pub fn raised(self, hold: HourRecordHold) -> Self {
        let raised = self.and_if(true, hold);
        raised.with_base(raised.contains(HourRecordHold::ProjectEnd))
    }

    /// Returns the set of a pending record that no longer waits for one thing. What waits for nothing else waits for a
    /// decision.
    #[must_use]
    pub fn lifted(self, hold: HourRecordHold) -> Self {
        let lifted = self.except(hold);
        lifted.with_base(lifted.contains(HourRecordHold::ProjectEnd))
    }

    /// Returns whether nothing but the end of its project or a decision keeps a pending record.
    #[must_use]
    pub fn is_base(self) -> bool {
        matches!(self.first(), Some(HourRecordHold::ProjectEnd | HourRecordHold::Decision) | None)
    }
}

wire_enum! {
    /// What is implausible about a record.
    HourRecordFlag {
        /// More hours than the policy's `hours_per_day` for each of its days.
        AboveDayLimit = "above_day_limit", "超过每日学时上限";
        /// With other records of one of its days, more hours than `hours_per_day` on that day.
        DayOverlap = "day_overlap", "同日学时合计超限";
        /// Days outside the training year.
        OutsideYear = "outside_year", "日期不在培训年度内";
        /// The last day is still to come; falls by itself.
        NotOver = "not_over", "尚未结束";
        /// The days lie before the teacher's service 岗前培训.
        BeforeService = "before_service", "任职之前";
    }
}

wire_set! {
    /// All that is implausible about a record. Flags stay with it when it is recognised.
    FlagSet of HourRecordFlag
}
