//! What a policy would change: every value, and whose standing.

use songjiao_types::policies::{PolicyChange, PolicyCycleEffect, PolicyPreview, PolicyYearEffect};
use yew::prelude::*;

use super::common::{field_heading, value_text, year_sentence};
use crate::{
    calendar::Cycle,
    components::{Column, Notice, RowTable, Tone},
    format,
};

/// The content of the dialog that asks for the confirmation.
pub fn preview(view: &PolicyPreview) -> Html {
    let from = format::long_date(view.effective_from);
    let name = &view.organization_name;
    html! {
        <div class="diff">
            <p>{ t!("{name}自{from}起的参数。{sentence}。", name, from, sentence = year_sentence(&view.first_year)) }</p>
            if view.replaces.is_some() {
                <Notice tone={Tone::Warning}>{ t!("同一天已有一份参数，将被这份取代；原来的那份留存备查。") }</Notice>
            }
            if view.changes.is_empty() {
                <p>{ t!("没有改变任何数值。") }</p>
            } else {
                <RowTable<PolicyChange> caption={t!("改变的数值")} columns={change_columns()} rows={view.changes.clone()} />
            }
            { effect(view) }
            <p>{ t!("发布后不能修改，全体用户都会看到；未生效之前可以撤销。") }</p>
        </div>
    }
}

fn change_columns() -> Vec<Column<PolicyChange>> {
    vec![
        Column::new(t!("参数"), |row: &PolicyChange| html! { field_heading(&row.field) }).head(),
        Column::new(
            t!("原值"),
            |row: &PolicyChange| html! { <span class="diff__before">{ value_text(&row.before) }</span> },
        ),
        Column::new(
            t!("新值"),
            |row: &PolicyChange| html! { <span class="diff__after">{ value_text(&row.after) }</span> },
        ),
    ]
}

fn effect(view: &PolicyPreview) -> Html {
    let effect = &view.effect;
    let teachers = format::count(effect.teachers_changed);
    let title = if effect.teachers_changed == 0 {
        t!("没有教师的达标情况因此改变").to_owned()
    } else {
        t!("{teachers} 名教师的达标情况将改变", teachers)
    };
    let tone = if effect.teachers_changed == 0 { Tone::Info } else { Tone::Warning };
    html! {
        <Notice {tone} {title}>
            if !effect.years.is_empty() || !effect.cycles.is_empty() {
                <ul>
                    { for effect.years.iter().map(|year| html! { <li>{ year_effect(year) }</li> }) }
                    { for effect.cycles.iter().map(|cycle| html! { <li>{ cycle_effect(cycle) }</li> }) }
                </ul>
            }
        </Notice>
    }
}

fn year_effect(year: &PolicyYearEffect) -> String {
    let PolicyYearEffect { training_year, months, annual_hours, newly_met, newly_short, over, .. } = year;
    let over = if *over { t!("（已结束）") } else { "" };
    t!(
        "{training_year} 年度{over}：{months} 个月，每人 {annual_hours} 学时；{newly_met} 人变为达标，{newly_short} 人变为未达标",
        training_year,
        over,
        months,
        annual_hours,
        newly_met = format::count(*newly_met),
        newly_short = format::count(*newly_short)
    )
}

fn cycle_effect(cycle: &PolicyCycleEffect) -> String {
    let label = Cycle { first: cycle.cycle_first_year, last: cycle.cycle_last_year }.label();
    t!("{label} 周期：{teachers} 人的学分进度改变", label, teachers = format::count(cycle.teachers_changed))
}
