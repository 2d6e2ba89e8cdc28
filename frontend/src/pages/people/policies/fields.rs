//! The fields of the form of a policy.

use songjiao_types::policies::{MonthBasis, PolicyView};
use yew::prelude::*;

use super::draft::Draft;
use crate::{
    components::{CheckboxField, DateField, FieldGroup, HoursField, SelectField, TextAreaField, TextField},
    hooks::{Form, bind},
    i18n::heading,
};

/// All fields, in groups.
pub fn fields(form: &Form<Draft>) -> Html {
    html! {
        <>
            <DateField label={heading::<PolicyView>("effective_from")} required=true hint={t!("同一天的参数会被新参数取代。")} bind={bind!(form.effective_from)} />
            <FieldGroup title={t!("学时要求")}>{ requirement(form) }</FieldGroup>
            if form.draft().is_root {
                <FieldGroup title={t!("年度和周期（全系统统一）")}>{ calendar(form) }</FieldGroup>
            }
            <FieldGroup title={t!("各层级计入上限（选填）")}>{ caps(form) }</FieldGroup>
            <FieldGroup title={t!("三修最低学时（选填）")}>{ minimums(form) }</FieldGroup>
            <FieldGroup title={t!("每学分学时（选填）")}>{ credits(form) }</FieldGroup>
            <FieldGroup title={t!("培训实施")}>{ training(form) }</FieldGroup>
            <FieldGroup title={t!("三课认定")}>{ lessons(form) }</FieldGroup>
            <TextAreaField label={heading::<PolicyView>("note")} rows=3 maxlength="500" hint={t!("如：舒教局函〔2017〕82号。")} bind={bind!(form.note)} />
        </>
    }
}

fn requirement(form: &Form<Draft>) -> Html {
    html! {
        <>
            <HoursField label={heading::<PolicyView>("annual_hours")} required=true hint={Some(AttrValue::Static(t!("文件第一条第 3 款：不少于 72 学时。")))}
                bind={bind!(form.annual_hours)} />
            <HoursField label={heading::<PolicyView>("cycle_hours")} required=true hint={Some(AttrValue::Static(t!("文件第三条第 1 款：五年 360 学时。")))}
                bind={bind!(form.cycle_hours)} />
            <HoursField label={heading::<PolicyView>("hours_per_day")} required=true hint={Some(AttrValue::Static(t!("超过的记录会标出，由人核对。")))}
                bind={bind!(form.hours_per_day)} />
        </>
    }
}

fn calendar(form: &Form<Draft>) -> Html {
    html! {
        <>
            <TextField label={heading::<PolicyView>("year_starts_on")} required=true maxlength="5" hint={t!("月-日：01-01 为自然年，有的地方从 09-01 起。改动会延长或缩短前一个年度。")}
                bind={bind!(form.year_starts_on)} />
            <SelectField<MonthBasis> label={heading::<PolicyView>("month_basis")} required=true hint={t!("不在岗和减免的月份如何计算。")} bind={bind!(form.month_basis)} />
            <TextField label={heading::<PolicyView>("cycle_years")} required=true inputmode="numeric" maxlength="2" suffix={t!("年")} hint={t!("只能在一个周期结束时更改。")}
                bind={bind!(form.cycle_years)} />
            <TextField label={heading::<PolicyView>("cycle_first_year")} required=true inputmode="numeric" maxlength="4" hint={t!("以后的周期依次相接。")}
                bind={bind!(form.cycle_first_year)} />
        </>
    }
}

/// Binds an element of an array in the draft.
macro_rules! bind_at {
    ($form:ident.$field:ident[$at:literal], $pointer:literal) => {
        $form.bind($pointer, $form.draft().$field[$at].clone(), |draft, value| draft.$field[$at] = value)
    };
}

fn caps(form: &Form<Draft>) -> Html {
    html! {
        <>
            <TextField label={heading::<PolicyView>("tier_caps_school")} inputmode="decimal" suffix={t!("学时")} hint={t!("不填则不设上限。")}
                bind={bind_at!(form.tier_caps[0], "/tier_caps/school")} />
            <TextField label={heading::<PolicyView>("tier_caps_county")} inputmode="decimal" suffix={t!("学时")}
                bind={bind_at!(form.tier_caps[1], "/tier_caps/county")} />
            <TextField label={heading::<PolicyView>("tier_caps_above_county")} inputmode="decimal" suffix={t!("学时")}
                bind={bind_at!(form.tier_caps[2], "/tier_caps/above_county")} />
            <TextField label={heading::<PolicyView>("tier_caps_other")} inputmode="decimal" suffix={t!("学时")}
                bind={bind_at!(form.tier_caps[3], "/tier_caps/other")} />
        </>
    }
}

fn minimums(form: &Form<Draft>) -> Html {
    html! {
        <>
            <TextField label={heading::<PolicyView>("dimension_minimums_ethics")} inputmode="decimal" suffix={t!("学时")} hint={t!("不填则不作要求。")}
                bind={bind_at!(form.dimension_minimums[0], "/dimension_minimums/ethics")} />
            <TextField label={heading::<PolicyView>("dimension_minimums_knowledge")} inputmode="decimal" suffix={t!("学时")}
                bind={bind_at!(form.dimension_minimums[1], "/dimension_minimums/knowledge")} />
            <TextField label={heading::<PolicyView>("dimension_minimums_skill")} inputmode="decimal" suffix={t!("学时")}
                bind={bind_at!(form.dimension_minimums[2], "/dimension_minimums/skill")} />
        </>
    }
}

fn credits(form: &Form<Draft>) -> Html {
    html! {
        <>
            <TextField label={heading::<PolicyView>("hours_per_credit_full_time_long")} inputmode="decimal" suffix={t!("学时")} hint={t!("不填则只按学时计算。")}
                bind={bind_at!(form.hours_per_credit[0], "/hours_per_credit/full_time_long")} />
            <TextField label={heading::<PolicyView>("hours_per_credit_face_to_face")} inputmode="decimal" suffix={t!("学时")}
                bind={bind_at!(form.hours_per_credit[1], "/hours_per_credit/face_to_face")} />
            <TextField label={heading::<PolicyView>("hours_per_credit_online")} inputmode="decimal" suffix={t!("学时")}
                bind={bind_at!(form.hours_per_credit[2], "/hours_per_credit/online")} />
            <TextField label={heading::<PolicyView>("hours_per_credit_blended")} inputmode="decimal" suffix={t!("学时")}
                bind={bind_at!(form.hours_per_credit[3], "/hours_per_credit/blended")} />
            <TextField label={heading::<PolicyView>("hours_per_credit_other")} inputmode="decimal" suffix={t!("学时")}
                bind={bind_at!(form.hours_per_credit[4], "/hours_per_credit/other")} />
        </>
    }
}

fn training(form: &Form<Draft>) -> Html {
    html! {
        <>
            <TextField label={heading::<PolicyView>("absence_limit_numerator")} required=true inputmode="numeric" maxlength="4" hint={t!("缺勤超过“分子/分母”的不发放学时。")}
                bind={bind!(form.absence_limit_numerator)} />
            <TextField label={heading::<PolicyView>("absence_limit_denominator")} required=true inputmode="numeric" maxlength="4"
                bind={bind!(form.absence_limit_denominator)} />
            <CheckboxField label={heading::<PolicyView>("leave_counts_as_missed")} bind={bind!(form.leave_counts_as_missed)} />
            <TextField label={heading::<PolicyView>("publicity_days")} required=true inputmode="numeric" maxlength="3" suffix={t!("个工作日")}
                bind={bind!(form.publicity_days)} />
            <TextField label={heading::<PolicyView>("look_back_years")} required=true inputmode="numeric" maxlength="2" suffix={t!("年")} hint={t!("这些年内不重复选派参加同类别培训；0 为不限。")}
                bind={bind!(form.look_back_years)} />
            <TextField label={t!("末位淘汰率")} required=true inputmode="numeric" maxlength="3" suffix="%" hint={t!("文件第一条第 2 款：10%。")}
                bind={bind!(form.elimination_percent)} />
            <TextField label={heading::<PolicyView>("visits_per_year")} required=true inputmode="numeric" maxlength="3" suffix={t!("次")} hint={t!("同一乡镇同一学科。")}
                bind={bind!(form.visits_per_year)} />
            <TextField label={heading::<PolicyView>("days_per_visit")} required=true inputmode="numeric" maxlength="3" suffix={t!("天")}
                bind={bind!(form.days_per_visit)} />
        </>
    }
}

fn lessons(form: &Form<Draft>) -> Html {
    let prefix = if form.draft().is_root {
        t!("由字母、数字和 - _ . 组成，如 SL。")
    } else {
        t!("由字母、数字和 - _ . 组成，不能与其他教育局相同；不填则使用上级的编号序列。")
    };
    html! {
        <>
            <TextField label={heading::<PolicyView>("reviews_required")} required=true inputmode="numeric" maxlength="2" suffix={t!("人")} hint={t!("至少 2 人。")}
                bind={bind!(form.reviews_required)} />
            <TextField label={heading::<PolicyView>("own_team_reviewers")} required=true inputmode="numeric" maxlength="2" suffix={t!("人")} hint={t!("评审人中可来自评定等次的团队的人数。")}
                bind={bind!(form.own_team_reviewers)} />
            <TextField label={heading::<PolicyView>("certificate_prefix")} required={form.draft().is_root} maxlength="16" hint={Some(AttrValue::Static(prefix))}
                bind={bind!(form.certificate_prefix)} />
        </>
    }
}
