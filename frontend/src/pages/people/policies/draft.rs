//! The values of the form of a policy.

use chrono::NaiveDate;
use songjiao_types::{
    FieldError, Hours, MonthDay, OrganizationId,
    policies::{CreatePolicy, DimensionMinimums, HoursPerCredit, MonthBasis, PolicyFigures, PolicyView, TierCaps},
};

use crate::hooks::{Errors, optional_text};

/// The values of the fields: numbers as typed.
#[derive(Clone, Default)]
pub struct Draft {
    /// The bureau.
    pub organization_id: Option<OrganizationId>,
    /// Whether the bureau is the root, whose policies alone have a calendar.
    pub is_root: bool,
    pub effective_from: Option<NaiveDate>,
    pub annual_hours: String,
    pub cycle_hours: String,
    pub cycle_years: String,
    pub cycle_first_year: String,
    pub year_starts_on: String,
    pub month_basis: Option<MonthBasis>,
    pub absence_limit_numerator: String,
    pub absence_limit_denominator: String,
    pub leave_counts_as_missed: bool,
    pub elimination_percent: String,
    pub publicity_days: String,
    pub look_back_years: String,
    pub visits_per_year: String,
    pub days_per_visit: String,
    pub hours_per_day: String,
    /// Of school, county, above county, other.
    pub tier_caps: [String; 4],
    /// Of ethics, knowledge, skill.
    pub dimension_minimums: [String; 3],
    /// Of full time, face to face, online, blended, other.
    pub hours_per_credit: [String; 5],
    pub own_team_reviewers: String,
    pub reviews_required: String,
    pub certificate_prefix: String,
    pub note: String,
}

fn texts<const N: usize>(hours: [Option<Hours>; N]) -> [String; N] {
    hours.map(|hours| hours.map(|hours| hours.to_string()).unwrap_or_default())
}

impl Draft {
    /// The values of the policy that holds for a bureau. `calendar` is the root's, whose years and cycles the form shows.
    pub fn of(policy: &PolicyView, calendar: &PolicyView, bureau: OrganizationId) -> Self {
        let PolicyFigures { tier_caps, dimension_minimums, hours_per_credit, .. } = &policy.figures;
        let figures = &policy.figures;
        let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
        let own = policy.organization_id == bureau;
        Self {
            organization_id: Some(bureau),
            is_root: calendar.organization_id == bureau,
            effective_from: None,
            annual_hours: figures.annual_hours.to_string(),
            cycle_hours: figures.cycle_hours.to_string(),
            cycle_years: number(calendar.cycle_years),
            cycle_first_year: number(calendar.cycle_first_year),
            year_starts_on: calendar.year_starts_on.map(|day| day.to_string()).unwrap_or_default(),
            month_basis: calendar.month_basis,
            absence_limit_numerator: figures.absence_limit_numerator.to_string(),
            absence_limit_denominator: figures.absence_limit_denominator.to_string(),
            leave_counts_as_missed: figures.leave_counts_as_missed,
            elimination_percent: figures.elimination_percent.to_string(),
            publicity_days: figures.publicity_days.to_string(),
            look_back_years: figures.look_back_years.to_string(),
            visits_per_year: figures.visits_per_year.to_string(),
            days_per_visit: figures.days_per_visit.to_string(),
            hours_per_day: figures.hours_per_day.to_string(),
            tier_caps: texts([tier_caps.school, tier_caps.county, tier_caps.above_county, tier_caps.other]),
            dimension_minimums: texts([
                dimension_minimums.ethics,
                dimension_minimums.knowledge,
                dimension_minimums.skill,
            ]),
            hours_per_credit: texts([
                hours_per_credit.full_time_long,
                hours_per_credit.face_to_face,
                hours_per_credit.online,
                hours_per_credit.blended,
                hours_per_credit.other,
            ]),
            own_team_reviewers: figures.own_team_reviewers.to_string(),
            reviews_required: figures.reviews_required.to_string(),
            certificate_prefix: figures.certificate_prefix.clone().filter(|_| own).unwrap_or_default(),
            note: String::new(),
        }
    }

    /// The body of the request.
    ///
    /// # Errors
    /// The errors of the fields.
    pub fn to_wire(&self) -> Result<CreatePolicy, Vec<FieldError>> {
        let mut errors = Errors::default();
        let effective_from = errors.chosen("/effective_from", self.effective_from, t!("请填写生效日期"));
        let number = |errors: &mut Errors, pointer, text: &str| errors.parsed::<i32>(pointer, text, t!("请填写整数"));
        let tiers = ["/tier_caps/school", "/tier_caps/county", "/tier_caps/above_county", "/tier_caps/other"];
        let [school, county, above_county, other] = optional_hours(&mut errors, tiers, &self.tier_caps);
        let tier_caps = TierCaps { school, county, above_county, other };
        let dimensions = ["/dimension_minimums/ethics", "/dimension_minimums/knowledge", "/dimension_minimums/skill"];
        let [ethics, knowledge, skill] = optional_hours(&mut errors, dimensions, &self.dimension_minimums);
        let modes = [
            "/hours_per_credit/full_time_long",
            "/hours_per_credit/face_to_face",
            "/hours_per_credit/online",
            "/hours_per_credit/blended",
            "/hours_per_credit/other",
        ];
        let [full_time_long, face_to_face, online, blended, other] =
            optional_hours(&mut errors, modes, &self.hours_per_credit);
        let body = CreatePolicy {
            organization_id: self.organization_id,
            effective_from: effective_from.unwrap_or_default(),
            annual_hours: errors.hours("/annual_hours", &self.annual_hours),
            cycle_hours: errors.hours("/cycle_hours", &self.cycle_hours),
            absence_limit_numerator: number(&mut errors, "/absence_limit_numerator", &self.absence_limit_numerator),
            absence_limit_denominator: number(
                &mut errors,
                "/absence_limit_denominator",
                &self.absence_limit_denominator,
            ),
            leave_counts_as_missed: Some(self.leave_counts_as_missed),
            elimination_percent: number(&mut errors, "/elimination_percent", &self.elimination_percent),
            publicity_days: number(&mut errors, "/publicity_days", &self.publicity_days),
            look_back_years: number(&mut errors, "/look_back_years", &self.look_back_years),
            visits_per_year: number(&mut errors, "/visits_per_year", &self.visits_per_year),
            days_per_visit: number(&mut errors, "/days_per_visit", &self.days_per_visit),
            hours_per_day: errors.hours("/hours_per_day", &self.hours_per_day),
            tier_caps: Some(tier_caps),
            dimension_minimums: Some(DimensionMinimums { ethics, knowledge, skill }),
            hours_per_credit: Some(HoursPerCredit { full_time_long, face_to_face, online, blended, other }),
            own_team_reviewers: number(&mut errors, "/own_team_reviewers", &self.own_team_reviewers),
            reviews_required: number(&mut errors, "/reviews_required", &self.reviews_required),
            certificate_prefix: Some(optional_text(&self.certificate_prefix)),
            note: optional_text(&self.note),
            ..CreatePolicy::default()
        };
        if !self.is_root {
            return errors.build(|| Some(body));
        }
        if self.certificate_prefix.trim().is_empty() {
            errors.push("/certificate_prefix", t!("请填写此项"));
        }
        let start = t!("须为每年都有的日期，格式为 MM-DD，例如 09-01");
        let body = CreatePolicy {
            cycle_years: number(&mut errors, "/cycle_years", &self.cycle_years),
            cycle_first_year: number(&mut errors, "/cycle_first_year", &self.cycle_first_year),
            year_starts_on: errors.parsed::<MonthDay>("/year_starts_on", &self.year_starts_on, start),
            month_basis: self.month_basis,
            ..body
        };
        errors.build(|| Some(body))
    }
}

/// Reads hours that may be left out.
fn optional_hours<const N: usize>(errors: &mut Errors, pointers: [&str; N], texts: &[String; N]) -> [Option<Hours>; N] {
    std::array::from_fn(|at| optional_text(&texts[at]).and_then(|text| errors.hours(pointers[at], &text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        let text = |number: &str| number.to_owned();
        Draft {
            is_root: true,
            effective_from: NaiveDate::from_ymd_opt(2027, 1, 1),
            annual_hours: text("72"),
            cycle_hours: text("360"),
            cycle_years: text("5"),
            cycle_first_year: text("2016"),
            year_starts_on: text("01-01"),
            month_basis: Some(MonthBasis::Elapsed),
            absence_limit_numerator: text("1"),
            absence_limit_denominator: text("5"),
            elimination_percent: text("10"),
            publicity_days: text("5"),
            look_back_years: text("1"),
            visits_per_year: text("4"),
            days_per_visit: text("2"),
            hours_per_day: text("8"),
            own_team_reviewers: text("0"),
            reviews_required: text("2"),
            certificate_prefix: text("SL"),
            ..Draft::default()
        }
    }

    fn pointers(draft: &Draft) -> Vec<String> {
        draft.to_wire().err().unwrap_or_default().into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn a_policy_is_parsed_from_the_form() {
        let body = draft().to_wire().expect("a policy");
        assert_eq!((body.annual_hours, body.note, body.cycle_years), (Some(Hours::whole(72)), None, Some(5)));
        assert_eq!(body.tier_caps, Some(TierCaps::default()));
        let mut capped = draft();
        capped.tier_caps[3] = "12.5".into();
        let caps = capped.to_wire().expect("a policy").tier_caps.expect("caps");
        assert_eq!((caps.other, caps.school), ("12.5".parse().ok(), None));
    }

    #[test]
    fn a_county_names_no_calendar_and_may_go_without_a_prefix() {
        let county = Draft { is_root: false, certificate_prefix: " ".into(), cycle_years: "five".into(), ..draft() };
        let body = county.to_wire().expect("a policy");
        assert_eq!((body.cycle_years, body.year_starts_on, body.month_basis), (None, None, None));
        assert_eq!(body.certificate_prefix, Some(None));
    }

    #[test]
    fn invalid_numbers_are_reported_at_their_fields() {
        let bad =
            Draft { effective_from: None, annual_hours: "七十二".into(), cycle_years: "5.5".into(), ..draft() };
        assert_eq!(pointers(&bad), ["/effective_from", "/annual_hours", "/cycle_years"]);
        assert_eq!(pointers(&Draft { reviews_required: "1".into(), ..draft() }), ["/reviews_required"]);
        assert_eq!(pointers(&Draft { certificate_prefix: " ".into(), ..draft() }), ["/certificate_prefix"]);
        assert_eq!(pointers(&Draft { year_starts_on: "02-29".into(), ..draft() }), ["/year_starts_on"]);
        let mut bad = draft();
        bad.dimension_minimums[1] = "x".into();
        assert_eq!(pointers(&bad), ["/dimension_minimums/knowledge"]);
    }
}
