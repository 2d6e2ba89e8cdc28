//! Deliberate faults in the rules, with the feature `mutations` alone. The model's tests switch one on at a time and must
//! find it: a fault that no test finds is a rule that no test knows.

/// Yields the first expression; with the mutation of that name switched on, the second.
#[cfg(not(feature = "mutations"))]
macro_rules! mutate {
    ($name:ident, $right:expr, $wrong:expr) => {
        $right
    };
}
#[cfg(feature = "mutations")]
macro_rules! mutate {
    ($name:ident, $right:expr, $wrong:expr) => {
        if $crate::people::mutations::Mutation::$name.is_on() { $wrong } else { $right }
    };
}

#[cfg(feature = "mutations")]
pub use switch::Mutation;

#[cfg(feature = "mutations")]
mod switch {
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// One more than the position of the mutation that is on.
    static ON: AtomicUsize = AtomicUsize::new(0);

    /// Declares the mutations.
    macro_rules! mutations {
        ($($name:ident),+ $(,)?) => {
            /// A deliberate fault.
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            #[allow(missing_docs, reason = "each stands beside the rule that it breaks")]
            pub enum Mutation {
                $($name,)+
            }

            impl Mutation {
                /// All of them.
                pub const ALL: &[Self] = &[$(Self::$name,)+];
            }
        };
    }

    mutations! {
        YearOfLaterSchool,
        YearOfFirstSchool,
        PolicyOfRoot,
        PolicyOfToday,
        BasisOfNextYear,
        CountedFromFirstDay,
        SpansApart,
        LaterSpanEnds,
        FirstDayAbsent,
        OwedAfterService,
        MonthNearlySpanned,
        SpansBeginWithYear,
        LastMonthOwed,
        ShortMonthLonger,
        RunningMonthOver,
        RoundedDown,
        TwelfthsOfLongYears,
        ShortYearInFull,
        MetAboveRequired,
        CapIgnored,
        MinimumExceeded,
        LastMinimumIgnored,
        ExemptRated,
        SummedWithoutMinimum,
        CapsNotFollowed,
        CreditAboveRequired,
        OnTrackAboveDue,
        DueByAnnualHours,
        CreditByAnnualHours,
        TouchingOverlaps,
        ReportedCounts,
        TransferEndStays,
        LastDayLost,
        GapOfLastSpell,
        TakenBackLeavesGap,
        RuleAfterFirstDay,
        LastMonthLost,
        CalendarYearAlways,
        PolicyAfterFirstDay,
        PolicyOfBureauAlone,
        EightyNineDays,
        ReportedSuffices,
        BeforeServiceAtOnce,
        PlaceStays,
        HoldStays,
        KeptWithoutService,
        PlaceOfFirstSpell,
        FourDaysApart,
        OneActSuspected,
        PlatformOfAnyYear,
        LastEnteredCounts,
        SimilarAsEqual,
        KeptApartForgotten,
        SuspicionStays,
        DayLimitExceeded,
        OnlineOnDays,
        FilterReachesFlagged,
        RestoredAsPending,
        ClosedTakenBack,
        LimitReachedFails,
        LeaveAttends,
        JoinerOwesAll,
        PlanOfAllSchools,
        VoidedIssuedAnew,
        OnePartForAllPlaces,
    }

    impl Mutation {
        /// Returns whether this mutation is on.
        pub fn is_on(self) -> bool {
            ON.load(Ordering::Relaxed) == self as usize + 1
        }

        /// Switches a mutation on, and all others off, for the whole process.
        pub fn switch(to: Option<Self>) {
            ON.store(to.map_or(0, |mutation| mutation as usize + 1), Ordering::Relaxed);
        }
    }
}
