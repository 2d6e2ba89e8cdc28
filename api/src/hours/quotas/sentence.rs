//! The Chinese sentences of explanations.

use std::fmt::Write;

use chrono::NaiveDate;
use songjiao_types::{
    Hours, WireEnum,
    explanations::{FreePeriod, QuotaExplanation, RateCounts, YearOwnerView},
    hour_records::HourRecordStatus,
    quotas::QuotaStatus,
};

/// Returns the sentence of a quota.
pub fn of_quota(explained: &QuotaExplanation) -> String {
    let (quota, year) = (&explained.quota, &explained.year);
    let mut text = format!(
        "{} {} 年度应修 {} 学时：该年度自 {} 至 {}，共 {} 个月，{}应计 {} 个月，{}。",
        quota.teacher_name,
        quota.training_year,
        quota.required_hours,
        year.first_day,
        year.last_day,
        year.months,
        explained.month_basis.label(),
        explained.computation.owed_months,
        explained.computation.text,
    );
    text += &free_months(explained);
    text += &hours(explained);
    text += &match quota.status {
        QuotaStatus::Met => "计入学时不少于应修学时，已达标。".to_owned(),
        QuotaStatus::Exempt => "该年度无应修学时，免训，不计入达标率。".to_owned(),
        QuotaStatus::Short => short(explained),
    };
    if let Some(closed) = quota.closed_hours {
        let late = quota.late_hours.unwrap_or_default();
        let _ = write!(text, "该年度已结账，应修学时和归属单位以结账时为准；结账 {closed} 学时，补录 {late} 学时。");
    }
    text += &owner(&explained.belongs_to);
    text += &basis(&explained.clause, explained.policy.effective_from);
    text
}

fn free_months(explained: &QuotaExplanation) -> String {
    let mut taken: Vec<(FreePeriod, usize)> = Vec::new();
    for month in explained.months.iter().filter_map(|month| month.taken_by) {
        match taken.iter_mut().find(|(period, _)| *period == month.period) {
            Some((_, months)) => *months += 1,
            None => taken.push((month.period, 1)),
        }
    }
    let period = |(period, months): &(FreePeriod, usize)| {
        let until = period.ends_on.map_or_else(|| "以后".to_owned(), |last| format!("至 {last}"));
        format!("{} {until}{}，不计 {months} 个月", period.starts_on, period.reason.label())
    };
    let periods: Vec<String> = taken.iter().map(period).collect();
    if periods.is_empty() { String::new() } else { format!("{}。", periods.join("；")) }
}

fn hours(explained: &QuotaExplanation) -> String {
    let quota = &explained.quota;
    let records = |status| explained.records.iter().filter(move |record| record.status == status).count();
    let mut text =
        format!("已认定 {} 学时（{} 条记录）", quota.recognized_hours, records(HourRecordStatus::Recognized));
    if quota.counted_hours != quota.recognized_hours {
        let _ = write!(text, "，按各层级上限计入 {} 学时", quota.counted_hours);
    }
    if quota.pending_hours > Hours::ZERO {
        let pending = records(HourRecordStatus::Pending);
        let _ = write!(text, "；待认定 {} 学时（{pending} 条记录）不计入", quota.pending_hours);
    }
    text + "。"
}

fn short(explained: &QuotaExplanation) -> String {
    let mut lacks = Vec::new();
    if explained.quota.remaining_hours > Hours::ZERO {
        lacks.push(format!("还缺 {} 学时", explained.quota.remaining_hours));
    }
    let missing = explained.dimensions.iter().filter(|dimension| dimension.missing_hours > Hours::ZERO);
    lacks.extend(missing.map(|one| format!("“{}”还缺 {} 学时", one.dimension.label(), one.missing_hours)));
    format!("{}，未达标。", lacks.join("，"))
}

/// Returns the sentence that says to which organization a year belongs.
pub fn owner(owner: &YearOwnerView) -> String {
    let day = owner.day.map(|day| format!("：{day}")).unwrap_or_default();
    format!("该年度归属{}（{}{day}）。", owner.organization_name, owner.rule.label())
}

fn basis(clause: &str, effective_from: NaiveDate) -> String {
    format!("依据：{clause}，政策参数自 {effective_from} 起执行。")
}

/// Returns the computation of a rate, and its sentence.
pub fn of_rate(total: &RateCounts, year: i32, clause: &str) -> (String, String) {
    let name = &total.organization.name;
    let counts = format!("年度归属该单位及其下级单位的教师 {} 人，其中免训 {} 人不计入", total.teachers, total.exempt);
    let Some(rate) = total.rate else {
        let text = format!("{name} {year} 年度没有计入达标率的教师：{counts}。依据：{clause}。");
        return ("—".to_owned(), text);
    };
    let computation = format!("{} ÷ {} = {rate} %", total.met, total.rated);
    let text = format!(
        "{name} {year} 年度达标率 {rate}%：{counts}，计入 {} 人；已达标 {} 人，未达标 {} 人；{computation}，四舍五入保留一位小数。依据：{clause}。",
        total.rated, total.met, total.short
    );
    (computation, text)
}
