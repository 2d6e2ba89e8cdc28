//! What a policy may say, and what it changes.

use chrono::NaiveDate;
use serde_json::{Value, json};
use songjiao_types::{
    ErrorCode, FieldError, MonthDay,
    policies::{CreatePolicy, PolicyChange, PolicyFigures},
};

use super::{
    calendar::{Calendar, Cycle},
    county::{CountyPolicies, Policies},
    policy::{CalendarRule, Policy},
};
use crate::{
    error::{ApiError, Result},
    people::effects::ClosedYear,
};

/// Returns the figures of a new policy. What it leaves out stays as in `before`, the policy that holds for the bureau on
/// the first day; a prefix only if that policy is the bureau's own.
///
/// # Errors
/// 422 at `/absence_limit_numerator` if the share exceeds 1.
pub fn figures(new: &CreatePolicy, before: &Policy, own: bool) -> Result<PolicyFigures> {
    let old = &before.figures;
    let kept_prefix = old.certificate_prefix.clone().filter(|_| own);
    let figures = PolicyFigures {
        annual_hours: new.annual_hours.unwrap_or(old.annual_hours),
        cycle_hours: new.cycle_hours.unwrap_or(old.cycle_hours),
        absence_limit_numerator: new.absence_limit_numerator.unwrap_or(old.absence_limit_numerator),
        absence_limit_denominator: new.absence_limit_denominator.unwrap_or(old.absence_limit_denominator),
        leave_counts_as_missed: new.leave_counts_as_missed.unwrap_or(old.leave_counts_as_missed),
        elimination_percent: new.elimination_percent.unwrap_or(old.elimination_percent),
        publicity_days: new.publicity_days.unwrap_or(old.publicity_days),
        look_back_years: new.look_back_years.unwrap_or(old.look_back_years),
        visits_per_year: new.visits_per_year.unwrap_or(old.visits_per_year),
        days_per_visit: new.days_per_visit.unwrap_or(old.days_per_visit),
        hours_per_day: new.hours_per_day.unwrap_or(old.hours_per_day),
        tier_caps: new.tier_caps.unwrap_or(old.tier_caps),
        dimension_minimums: new.dimension_minimums.unwrap_or(old.dimension_minimums),
        hours_per_credit: new.hours_per_credit.unwrap_or(old.hours_per_credit),
        own_team_reviewers: new.own_team_reviewers.unwrap_or(old.own_team_reviewers),
        reviews_required: new.reviews_required.unwrap_or(old.reviews_required),
        certificate_prefix: new.certificate_prefix.clone().unwrap_or(kept_prefix),
    };
    if figures.absence_limit_numerator > figures.absence_limit_denominator {
        return Err(ApiError::invalid("/absence_limit_numerator", "share_above_one", "缺勤上限不能超过 1"));
    }
    Ok(figures)
}

/// Returns the calendar of a new policy, which the root's alone has.
///
/// # Errors
/// 422 with `calendar_of_root` at each field of the calendar that a county names; 422 at `/year_starts_month` if
/// `year_starts_on` says otherwise.
pub fn calendar(new: &CreatePolicy, before: Option<CalendarRule>, is_root: bool) -> Result<Option<CalendarRule>> {
    if !is_root {
        let named = [
            ("/cycle_years", new.cycle_years.is_some()),
            ("/cycle_first_year", new.cycle_first_year.is_some()),
            ("/year_starts_on", new.year_starts_on.is_some()),
            ("/year_starts_month", new.year_starts_month.is_some()),
            ("/month_basis", new.month_basis.is_some()),
        ];
        let message = "周期、培训年度起始日和折减月份算法由根单位统一规定，下级教育局的参数请不要填写此项";
        let fault = |pointer| FieldError::new(pointer, "calendar_of_root", message);
        let faults = named.into_iter().filter(|(_, named)| *named).map(|(pointer, _)| fault(pointer));
        return ApiError::check(ErrorCode::Invalid, faults.collect()).map(|()| None);
    }
    let old = before.unwrap_or_else(CalendarRule::of_2017);
    let of_month = new.year_starts_month.and_then(MonthDay::first_of);
    if let (Some(day), Some(month)) = (new.year_starts_on, of_month)
        && day != month
    {
        let message = "与培训年度起始日不一致，两项填一项即可";
        return Err(ApiError::invalid("/year_starts_month", "year_starts_twice", message));
    }
    Ok(Some(CalendarRule {
        cycle_years: new.cycle_years.unwrap_or(old.cycle_years),
        cycle_first_year: new.cycle_first_year.unwrap_or(old.cycle_first_year),
        year_starts_on: new.year_starts_on.or(of_month).unwrap_or(old.year_starts_on),
        month_basis: new.month_basis.unwrap_or(old.month_basis),
    }))
}

/// A rule that does not join the cycles before it.
struct Gap {
    effective_from: NaiveDate,
    rule: CalendarRule,
    /// The cycle within which the rule begins; `None` if it begins where a cycle ends, with another first year.
    within: Option<Cycle>,
    /// The first year with which the rule's cycles could join.
    join: i32,
}

impl Gap {
    /// Returns how the rule could join.
    fn remedy(&self) -> String {
        let (join, day) = (self.join, self.rule.first_day(self.join));
        match self.within {
            Some(Cycle { first_year, last_year }) => format!(
                "{first_year}–{last_year} 年度的周期尚未结束，周期只能在一个周期结束时更换，最早自 {join} 年度起：\
                 请将生效日期改为 {day}，首个周期的第一年填 {join}；或不更改周期"
            ),
            None => format!("前一周期到 {} 年度结束，首个周期的第一年请填 {join}", join - 1),
        }
    }
}

/// Returns the rules that change cycles and do not join. A rule joins if it begins with a cycle of its own where one ends,
/// or goes on with the cycle within which it begins.
fn gaps(calendar: &Calendar) -> Vec<Gap> {
    let rules = calendar.rules_by_year();
    let mut found = Vec::new();
    for ((_, _, previous), (year, effective_from, rule)) in rules.iter().zip(rules.iter().skip(1)) {
        let cycles = |rule: &CalendarRule| (rule.cycle_first_year, rule.cycle_years);
        let cycle = calendar.cycle_of(*year);
        let start = cycle.first_year;
        let within = start < *year;
        let starts =
            rule.cycle_first_year <= start.max(*year) && (start - rule.cycle_first_year) % rule.cycle_years.max(1) == 0;
        let goes_on = !within || rule.cycle_years == cycle.last_year + 1 - start;
        if cycles(rule) != cycles(previous) && !(starts && goes_on) {
            found.push(Gap {
                effective_from: *effective_from,
                rule: *rule,
                within: within.then_some(cycle),
                join: if within { cycle.last_year + 1 } else { start },
            });
        }
    }
    found
}

/// Checks that a change leaves no rule whose cycles do not join those before it, save what was so before.
///
/// # Errors
/// 422 `cycles_do_not_join`, saying where they could join: at `/cycle_first_year` for the new policy with this first day,
/// else at `/effective_from`, naming the later policy.
pub fn check_cycles(before: &Calendar, after: &Calendar, effective_from: NaiveDate) -> Result<()> {
    let known: Vec<NaiveDate> = gaps(before).into_iter().map(|gap| gap.effective_from).collect();
    let found = gaps(after);
    if let Some(gap) = found.iter().find(|gap| gap.effective_from == effective_from) {
        return Err(ApiError::invalid("/cycle_first_year", "cycles_do_not_join", gap.remedy()));
    }
    match found.iter().find(|gap| !known.contains(&gap.effective_from)) {
        Some(gap) => {
            let later = gap.effective_from;
            let message =
                format!("{later} 起生效的参数将不再与其前的周期衔接，请先撤销或更换那份参数：{}", gap.remedy());
            Err(ApiError::invalid("/effective_from", "cycles_do_not_join", message))
        }
        None => Ok(()),
    }
}

/// Returns whether a change of policies touches a training year: its days, or its policy.
fn touches(before: &CountyPolicies, after: &CountyPolicies, year: i32) -> bool {
    let (old, new) = (before.of_year(year), after.of_year(year));
    before.year(year) != after.year(year)
        || old.figures != new.figures
        || before.calendar().of_year(year) != after.calendar().of_year(year)
}

/// Checks that a change touches no closed year.
///
/// # Errors
/// 422 `year_closed` at `/effective_from`.
pub fn check_closed(before: &Policies, after: &Policies, closed: &[ClosedYear]) -> Result<()> {
    let touched = closed.iter().find(|closed| touches(before.of(&closed.path), after.of(&closed.path), closed.year));
    match touched {
        Some(ClosedYear { year, .. }) => {
            let message = format!(
                "{year} 年度已结账，不能再改变它的参数；请将生效日期改到未结账的年度，或先由教育局重新打开 {year} 年度"
            );
            Err(ApiError::invalid("/effective_from", "year_closed", message))
        }
        None => Ok(()),
    }
}

/// Checks that a bureau may take a prefix, and returns it in the spelling in which the bureau has had it: a series does
/// not begin anew because of a letter's case. `owned` holds the prefixes that bureaus have had, and whether they were this
/// bureau's. The root cannot do without one.
///
/// # Errors
/// 422 at `/certificate_prefix`: `prefix_taken` if another bureau has had it, `required` for the root.
pub fn check_prefix(prefix: Option<String>, is_root: bool, owned: &[(String, bool)]) -> Result<Option<String>> {
    let Some(prefix) = prefix else {
        return match is_root {
            true => Err(ApiError::invalid("/certificate_prefix", "required", "根单位须有证书编号前缀")),
            false => Ok(None),
        };
    };
    let equal = || owned.iter().filter(|(known, _)| known.eq_ignore_ascii_case(&prefix));
    if equal().any(|(_, own)| !own) {
        let message = format!("前缀 {prefix} 已属于其他教育局，请换一个；留空则使用上级的编号序列");
        return Err(ApiError::invalid("/certificate_prefix", "prefix_taken", message));
    }
    let known = equal().next().map(|(known, _)| known.clone());
    Ok(Some(known.unwrap_or(prefix)))
}

/// The fields of a policy as paths into its JSON, in the order of the form.
const FIELDS: &[&str] = &[
    "annual_hours",
    "cycle_hours",
    "cycle_years",
    "cycle_first_year",
    "year_starts_on",
    "month_basis",
    "tier_caps.school",
    "tier_caps.county",
    "tier_caps.above_county",
    "tier_caps.other",
    "dimension_minimums.ethics",
    "dimension_minimums.knowledge",
    "dimension_minimums.skill",
    "hours_per_day",
    "hours_per_credit.full_time_long",
    "hours_per_credit.face_to_face",
    "hours_per_credit.online",
    "hours_per_credit.blended",
    "hours_per_credit.other",
    "absence_limit_numerator",
    "absence_limit_denominator",
    "leave_counts_as_missed",
    "publicity_days",
    "look_back_years",
    "elimination_percent",
    "visits_per_year",
    "days_per_visit",
    "reviews_required",
    "own_team_reviewers",
    "certificate_prefix",
];

/// Returns a policy's figures and calendar as JSON, with the prefix under which certificates are numbered.
fn state((policy, prefix): (&Policy, &str), with_calendar: bool) -> Result<Value> {
    let mut state = serde_json::to_value(&policy.figures).map_err(ApiError::internal)?;
    state["certificate_prefix"] = json!(prefix);
    if let Some(calendar) = policy.calendar.filter(|_| with_calendar) {
        state["cycle_years"] = json!(calendar.cycle_years);
        state["cycle_first_year"] = json!(calendar.cycle_first_year);
        state["year_starts_on"] = json!(calendar.year_starts_on);
        state["month_basis"] = json!(calendar.month_basis);
    }
    Ok(state)
}

/// Returns every figure in which a new policy differs from the previous one, each with the prefix under which certificates
/// are numbered.
///
/// # Errors
/// 500 if a policy cannot be serialized.
pub fn changes(previous: (&Policy, &str), new: (&Policy, &str)) -> Result<Vec<PolicyChange>> {
    let with_calendar = new.0.calendar.is_some();
    let (before, after) = (state(previous, with_calendar)?, state(new, with_calendar)?);
    let value = |state: &Value, field: &str| {
        state.pointer(&format!("/{}", field.replace('.', "/"))).cloned().unwrap_or_default()
    };
    let change = |field: &&str| PolicyChange {
        field: (*field).to_owned(),
        before: value(&before, field),
        after: value(&after, field),
    };
    Ok(FIELDS.iter().map(change).filter(|change| change.before != change.after).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::policies::test_policy;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn rules(rows: &[(&str, i32, i32)]) -> Calendar {
        let rule = |(from, cycle_first_year, cycle_years): &(&str, i32, i32)| {
            let rule = CalendarRule {
                cycle_first_year: *cycle_first_year,
                cycle_years: *cycle_years,
                ..CalendarRule::of_2017()
            };
            (day(from), rule)
        };
        Calendar::new(rows.iter().map(rule).collect())
    }

    const FIRST: (&str, i32, i32) = ("2016-01-01", 2016, 5);

    fn fault(new: (&str, i32, i32), others: &[(&str, i32, i32)]) -> Option<(String, String)> {
        let before = rules(others);
        let after = rules(&[others, &[new]].concat());
        let error = check_cycles(&before, &after, day(new.0)).err()?;
        error.errors.into_iter().next().map(|fault| (fault.pointer, fault.message))
    }

    #[test]
    fn cycles_change_only_where_one_ends() {
        for good in
            [("2031-01-01", 2031, 3), ("2030-06-01", 2031, 5), ("2031-01-01", 2016, 3), ("2026-01-01", 2026, 10)]
        {
            assert_eq!(fault(good, &[FIRST]), None, "{good:?}");
        }
        for same in [("2027-01-01", 2016, 5), ("2028-03-01", 2026, 5), ("2027-01-01", 2011, 5)] {
            assert_eq!(fault(same, &[FIRST]), None, "{same:?}");
        }
        for bad in [("2027-01-01", 2027, 5), ("2027-01-01", 2016, 3), ("2028-01-01", 2031, 3), ("2027-01-01", 2031, 5)]
        {
            let (pointer, message) = fault(bad, &[FIRST]).expect("a fault");
            assert_eq!(pointer, "/cycle_first_year");
            assert!(message.contains("2026–2030") && message.contains("2031-01-01"), "{message}");
        }
        let (_, message) = fault(("2031-01-01", 2030, 3), &[FIRST]).expect("a fault");
        assert!(message.contains("第一年请填 2031"), "{message}");
    }

    #[test]
    fn a_policy_before_another_must_not_part_it_from_its_cycles() {
        let (pointer, message) = fault(("2026-01-01", 2026, 4), &[FIRST, ("2031-01-01", 2031, 3)]).expect("a fault");
        assert_eq!(pointer, "/effective_from");
        assert!(message.contains("2031-01-01"), "{message}");
    }

    #[test]
    fn what_did_not_join_before_refuses_no_other_policy() {
        let bad = [FIRST, ("2022-01-01", 2022, 3)];
        assert_eq!(fault(("2027-01-01", 2022, 3), &bad), None);
        assert_eq!(fault(("2029-01-01", 2029, 5), &bad), None);
    }

    #[test]
    fn a_change_touches_no_closed_year() {
        let rows = |county: &[(&str, i64)]| {
            let mut rows = vec![("P".to_owned(), test_policy("2016-01-01", 72, 1))];
            let own = |(from, hours): &(&str, i64)| {
                ("P/C".to_owned(), Policy { calendar: None, ..test_policy(from, *hours, 1) })
            };
            rows.extend(county.iter().map(own));
            Policies::new(rows)
        };
        let closed = |path: &str| [ClosedYear { path: path.to_owned(), year: 2025 }];
        let refused = |before: &Policies, after: &Policies, path: &str| {
            let error = check_closed(before, after, &closed(path)).err()?;
            Some(error.errors[0].code.clone())
        };
        let code = Some("year_closed".to_owned());
        assert_eq!(refused(&rows(&[]), &rows(&[("2025-01-01", 90)]), "P/C"), code);
        assert_eq!(refused(&rows(&[]), &rows(&[("2024-06-01", 90)]), "P/C"), code);
        assert_eq!(refused(&rows(&[]), &rows(&[("2025-01-02", 90)]), "P/C"), None, "holds from 2026 on");
        assert_eq!(refused(&rows(&[]), &rows(&[("2025-01-01", 90)]), "P/D"), None, "another county");
        assert_eq!(refused(&rows(&[]), &rows(&[("2025-01-01", 72)]), "P/C"), None, "the same figures");
        let moved = |from: &str| {
            Policies::new(vec![("P".into(), test_policy("2016-01-01", 72, 1)), ("P".into(), test_policy(from, 72, 9))])
        };
        assert_eq!(refused(&rows(&[]), &moved("2026-01-01"), "P/C"), code, "lengthens 2025");
        assert_eq!(refused(&rows(&[]), &moved("2027-01-01"), "P/C"), None);
    }

    #[test]
    fn a_prefix_belongs_to_one_bureau_in_one_spelling() {
        let owned = [("SL".to_owned(), false), ("JL".to_owned(), true)];
        let check = |prefix: Option<&str>, is_root| {
            check_prefix(prefix.map(str::to_owned), is_root, &owned).map_err(|error| error.errors[0].code.clone())
        };
        assert_eq!(check(Some("sl"), false), Err("prefix_taken".to_owned()));
        assert_eq!(check(Some("jl"), false), Ok(Some("JL".to_owned())));
        assert_eq!(check(Some("YJ"), false), Ok(Some("YJ".to_owned())));
        assert_eq!(check(None, false), Ok(None));
        assert_eq!(check(None, true), Err("required".to_owned()));
    }
}
