//! Derives the explanation of credits (三-1) from the facts, by the rules that also compute the figures.

use chrono::NaiveDate;
use songjiao_types::{
    Hours,
    credits::{CreditStatus, CreditView},
    explanations::{CREDIT_CLAUSE, CreditExplanation, CreditShare},
};

use super::rules;
use crate::{
    hours::quotas::{
        explanation::{Names, belongs_to, equals, explained_year, policy},
        facts::Facts,
        months::{OwedMonths, months_over},
        rules::share,
        teacher_years::Standing,
    },
    people::policies::TrainingYear,
};

/// Returns what a year adds to the hours due: all of it once it is over, else the share of its owed months that are over.
pub fn due(year: &TrainingYear, standing: &Standing, cycle_years: usize, today: NaiveDate) -> Hours {
    if rules::is_over(year, today) {
        return standing.credit_hours;
    }
    let owed = OwedMonths::from_bits(standing.owed_months).count_of_first(months_over(year, today));
    share(standing.cycle_hours, i32::try_from(cycle_years).unwrap_or(i32::MAX), owed, year.months)
}

/// Explains the credits of a cycle.
pub fn explain(
    facts: &Facts,
    credit: CreditView,
    years: &[TrainingYear],
    running: bool,
    names: &Names,
) -> CreditExplanation {
    let shares = years.iter().map(|year| share_of(facts, year, years.len(), &credit, names)).collect();
    let mut explanation = CreditExplanation {
        day: facts.as_of.today,
        running,
        shares,
        clause: CREDIT_CLAUSE.to_owned(),
        text: String::new(),
        credit,
    };
    explanation.text = sentence(&explanation);
    explanation
}

fn share_of(facts: &Facts, year: &TrainingYear, cycle_years: usize, credit: &CreditView, names: &Names) -> CreditShare {
    let (today, found) = (facts.as_of.today, facts.year(year.year));
    let standing = &found.standing;
    let policy = policy(facts, year.year, standing, names);
    let owed = OwedMonths::from_bits(standing.owed_months);
    let divisor = year.months.max(12);
    let hours = standing.credit_hours;
    let parts = i64::from(policy.cycle_years) * i64::from(divisor);
    let exact = policy.cycle_hours.hundredths() * i64::from(owed.count()) == hours.hundredths() * parts;
    CreditShare {
        training_year: year.year,
        year: explained_year(year),
        belongs_to: belongs_to(facts, year, standing, credit.organization_id, names),
        owed: owed.positions().collect(),
        divisor,
        share_hours: hours,
        months_over: months_over(year, today),
        due_hours: due(year, standing, cycle_years, today),
        recognized_hours: found.hours.recognized_hours,
        text: format!(
            "{} ÷ {} × {} ÷ {divisor} {}",
            policy.cycle_hours,
            policy.cycle_years,
            owed.count(),
            equals(exact, hours)
        ),
        policy,
    }
}

fn sentence(explained: &CreditExplanation) -> String {
    let credit = &explained.credit;
    let share = |share: &CreditShare| format!("{} 年度 {}", share.training_year, share.text);
    let shares: Vec<String> = explained.shares.iter().map(share).collect();
    let earned = |share: &&CreditShare| share.recognized_hours > Hours::ZERO;
    let earned = explained.shares.iter().filter(earned);
    let earned: Vec<String> =
        earned.map(|share| format!("{} 年度 {}", share.training_year, share.recognized_hours)).collect();
    let earned = if earned.is_empty() { String::new() } else { format!("（{}）", earned.join("，")) };
    let (remaining, due) = (credit.remaining_hours, credit.due_hours);
    let status = match credit.status {
        CreditStatus::Met => "不少于应修学时，已完成".to_owned(),
        CreditStatus::OnTrack if credit.recognized_hours < due => {
            let awaiting = credit.awaiting_hours;
            format!("加上待项目结业的 {awaiting} 学时不少于已满月份应完成的学时，进度正常，周期内还缺 {remaining} 学时")
        }
        CreditStatus::OnTrack => format!("不少于已满月份应完成的学时，进度正常，周期内还缺 {remaining} 学时"),
        CreditStatus::Behind if explained.running => {
            format!("少于已满月份应完成的学时，进度滞后，周期内还缺 {remaining} 学时")
        }
        CreditStatus::Behind => format!("周期已结束，还缺 {remaining} 学时，进度滞后"),
        CreditStatus::Exempt => "周期内无应修学时，免训".to_owned(),
    };
    format!(
        "{} {}–{} 周期应修 {} 学时，为各年度份额之和：{}。截至 {}，已满月份应完成 {due} 学时；已认定 {} 学时{earned}，{status}。依据：{}。",
        credit.teacher_name,
        credit.cycle_first_year,
        credit.cycle_last_year,
        credit.required_hours,
        shares.join("；"),
        explained.day,
        credit.recognized_hours,
        explained.clause,
    )
}
