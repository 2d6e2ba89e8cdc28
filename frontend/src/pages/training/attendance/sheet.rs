//! The attendance sheet of an activity.

use chrono::NaiveDate;
use songjiao_types::{
    ActivityId, EnrollmentId, Permission, WireEnum,
    attendance::{AttendanceRow, AttendanceSheet, AttendanceStatus, SheetDay},
    normal,
};
use web_sys::{HtmlElement, HtmlInputElement, wasm_bindgen::JsCast};
use yew::prelude::*;

use super::{
    correction::{Correction, DayChoice},
    marks::{Change, Mark, Marks, missing_by_day, of_day},
    print::{Printing, paper},
};
use crate::{
    api::{
        ApiError,
        enrollments::{find_attendance, record_attendance},
    },
    components::{
        Button, ButtonKind, ButtonLink, EmptyState, ErrorPanel, IconName, IdProps, ListDownload, Notice, PageHeader,
        Section, Segments, Tone, badge, loaded, print_after_render, use_toasts,
    },
    format,
    hooks::{set_to, use_action, use_query, use_saved_draft},
    pages::training::projects::{list_crumb, project_crumb},
    route::Route,
    session::use_session,
};

/// The tone of each status, in the order of the statuses.
const TONES: &[Tone] = &[Tone::Success, Tone::Warning, Tone::Danger, Tone::Info, Tone::Danger];

/// The pointer under which unsaved marks are saved.
const POINTER: &str = "/entries";

/// The attendance sheet of an activity.
#[component]
pub fn SheetPage(props: &IdProps<ActivityId>) -> Html {
    let load = use_query(Some(find_attendance(props.id)));
    let reload = load.reload.clone();
    let chosen = use_state(|| None::<NaiveDate>);
    loaded(&load, |sheet| {
        // The last day that has come, else the first.
        let latest = sheet.days.iter().rev().find(|day| day.begun).or(sheet.days.first()).map(|day| day.day);
        let Some(day) = chosen.or(latest) else { return Html::default() };
        let ondays = chosen.setter();
        html! {
            <Sheet key={day.to_string()} sheet={of_day(sheet, day)} days={sheet.days.clone()} missing={missing_by_day(sheet)} {reload}
                onday={Callback::from(move |day| ondays.set(Some(day)))} />
        }
    })
}

#[derive(Properties, PartialEq)]
struct SheetProps {
    /// The sheet of one day.
    sheet: AttendanceSheet,
    /// All days of the activity.
    days: Vec<SheetDay>,
    /// How many participants have no saved mark, in the order of the days.
    missing: Vec<usize>,
    reload: Callback<()>,
    /// Chooses another day.
    onday: Callback<NaiveDate>,
}

#[component]
fn Sheet(props: &SheetProps) -> Html {
    let SheetProps { sheet, days, missing, reload, onday } = props;
    let day = sheet.held_on;
    let pointer = format!("{POINTER}/{day}");
    let correcting = use_state(|| None::<AttendanceRow>);
    let session = use_session();
    let toasts = use_toasts();
    let marks = use_reducer(|| Marks::of(sheet));
    {
        let marks = marks.dispatcher();
        use_effect_with(sheet.clone(), move |sheet| marks.dispatch(Change::Read(sheet.clone())));
    }
    let refusal = use_state(|| None::<ApiError>);
    let searched = use_state(String::new);
    let only_open = use_state(|| false);
    let printing = use_state(|| Printing::Filled);
    let open = sheet.open && session.can(Permission::AttendanceWrite);
    let saved = use_saved_draft(open && marks.unsaved(), t!("考勤还没有保存，确定离开吗？"));
    let before = use_memo((), |()| saved.take_restored::<Vec<(EnrollmentId, Mark)>>(&pointer, &Vec::new()));
    {
        let (marks, toasts) = (marks.dispatcher(), toasts.clone());
        use_effect_with((), move |()| {
            if let Some(changes) = &*before {
                marks.dispatch(Change::Restore(changes.clone()));
                toasts.success(t!("已恢复没有保存的考勤"));
            }
        });
    }
    use_effect_with((*marks).clone(), move |marks| saved.save_while(&pointer, &marks.changes(), marks.unsaved()));
    let id = sheet.activity_id;
    let save = {
        let (dispatch, refusal, reload) = (marks.dispatcher(), refusal.setter(), reload.clone());
        use_action(
            move |client, body| async move { record_attendance(&client, id, &body).await },
            move |outcome| match outcome {
                Ok(saved) => {
                    let saved = of_day(&saved.value, day);
                    let marked = saved.entries.iter().filter(|row| row.status.is_some()).count();
                    toasts.success(t!("考勤已保存，已登记 {marked} 人", marked));
                    refusal.set(None);
                    dispatch.dispatch(Change::Read(saved));
                    reload.emit(());
                }
                Err(error) => refusal.set(Some(error)),
            },
        )
    };
    let submit = {
        let body = marks.to_wire(sheet);
        save.run.reform(move |_: MouseEvent| body.clone())
    };
    let rest = {
        let marks = marks.dispatcher();
        Callback::from(move |_: MouseEvent| marks.dispatch(Change::RestPresent))
    };
    let print_as = |what: Printing| {
        let printing = printing.clone();
        Callback::from(move |_: MouseEvent| {
            printing.set(what);
            print_after_render();
        })
    };
    let (all, marked) = (sheet.entries.len(), marks.marked());
    let crumbs = vec![list_crumb(), project_crumb(sheet.project_id, sheet.project_title.clone())];
    let path = find_attendance(id).path().to_owned();
    let actions = html! {
        if all > 0 {
            <Button icon={IconName::Print} onclick={print_as(Printing::Blank)}>{ t!("打印签到表") }</Button>
            <Button icon={IconName::Print} onclick={print_as(Printing::Filled)}>{ t!("打印考勤表") }</Button>
            <ListDownload {path} name={t!("{title}考勤表", title = sheet.title)} />
        }
    };
    let beside = if open { badge(Tone::Warning, t!("可登记")) } else { badge(Tone::Neutral, t!("只能查看")) };
    let subtitle = t!(
        "{title}　{date}　{hours} 学时",
        title = sheet.title,
        date = format::long_date(sheet.held_on),
        hours = sheet.hours
    );
    let searched_key = normal::key(&searched);
    let visible = sheet.entries.iter().filter(|row| {
        let mark = marks.get(row.enrollment_id);
        let texts = [&row.teacher_name, &row.teacher_no, &row.organization_name];
        let found = texts.iter().any(|text| normal::key(text).contains(&searched_key));
        found && !(*only_open && mark.status.is_some())
    });
    let visible: Vec<&AttendanceRow> = visible.collect();
    html! {
        <div class="attendance">
            <PageHeader title={t!("考勤登记")} {crumbs} {beside} {subtitle} {actions} />
            if let Some(error) = (*refusal).clone() { { refused(error) } }
            if days.len() > 1 { <DayChoice days={days.clone()} missing={missing.clone()} chosen={day} {onday} /> }
            if let Some(row) = (*correcting).clone() {
                <Correction activity={id} {day} {row} onclose={set_to(&correcting, None)} ondone={reload} />
            }
            if all == 0 {
                <Section>
                    <EmptyState icon={IconName::Users} title={t!("还没有已录取的学员")}>
                        <p>{ t!("教师进修学校录取学员后，名单会显示在这里。") }</p>
                        <ButtonLink to={Route::Project { id: sheet.project_id }} query="tab=participants">{ t!("查看参培学员") }</ButtonLink>
                    </EmptyState>
                </Section>
            } else {
                if !open {
                    <Notice>{ t!("阶段实施期间由送培团队登记考勤；现在只能查看。") }</Notice>
                }
                <div class="attendance__bar">
                    <ul class="tally" aria-label={t!("考勤统计")}>
                        { for marks.counts().into_iter().map(|(status, count)| html! {
                            <li><span class="muted">{ t!(status.label()) }</span><strong>{ count }</strong></li>
                        }) }
                        <li><span class="muted">{ t!("未登记") }</span><strong>{ all - marked }</strong></li>
                    </ul>
                    if open {
                        <Button icon={IconName::Check} disabled={marked == all} onclick={rest}>
                            { if marked == 0 { t!("全部出勤") } else { t!("其余全部出勤") } }
                        </Button>
                    }
                </div>
                <SheetSearch searched={(*searched).clone()} onseek={searched.setter()} only_open={*only_open} ononly={only_open.setter()} />
                if open {
                    <p class="muted small attendance__hint">{ t!("键盘：Tab 到一位学员，按 1–5 选择并转到下一位（1 出勤、2 迟到、3 擅自返校、4 请假、5 缺勤）。") }</p>
                }
                <ul class="roll" aria-label={t!("考勤名单")}>
                    { for visible.iter().enumerate().map(|(index, row)| {
                        // The name of a school stands once above its teachers.
                        let first = index == 0 || visible.get(index - 1).is_none_or(|above| above.organization_id != row.organization_id);
                        let next = visible.get(index + 1).map(|next| control(next));
                        html! {
                            <>
                                if first { <li class="roll__school" key={format!("school-{}", row.enrollment_id)}>{ &row.organization_name }</li> }
                                <ParticipantRow key={row.enrollment_id.to_string()} row={(*row).clone()} mark={marks.get(row.enrollment_id)}
                                    {open} {next} dispatch={marks.dispatcher()}
                                    oncorrect={sheet.correctable.then(|| set_to(&correcting, Some((*row).clone())))} />
                            </>
                        }
                    }) }
                </ul>
                if visible.is_empty() { <p class="muted roll__none">{ t!("没有符合条件的学员。") }</p> }
                if open {
                    <div class="savebar">
                        <p aria-live="polite">
                            { t!("已登记 {marked}/{all} 人", marked, all) }
                            if marks.unsaved() { { badge(Tone::Warning, t!("有未保存的修改")) } }
                        </p>
                        <Button kind={ButtonKind::Primary} busy={save.busy} disabled={!marks.unsaved()} onclick={submit}>{ t!("保存考勤") }</Button>
                    </div>
                }
                { paper(sheet, &marks, *printing) }
            }
        </div>
    }
}

/// The id of the first radio button of a row, for the focus.
fn control(row: &AttendanceRow) -> AttrValue {
    format!("mark-{}", row.enrollment_id).into()
}

fn refused(error: ApiError) -> Html {
    let field_errors = error.field_errors();
    html! {
        <>
            if !field_errors.is_empty() {
                <ul class="bullets">{ for field_errors.iter().map(|field| html! { <li>{ &field.message }</li> }) }</ul>
            }
            <ErrorPanel error={error.clone()} />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct SheetSearchProps {
    searched: String,
    onseek: UseStateSetter<String>,
    only_open: bool,
    ononly: UseStateSetter<bool>,
}

/// Finds participants on a long sheet.
#[component]
fn SheetSearch(props: &SheetSearchProps) -> Html {
    let oninput = {
        let onseek = props.onseek.clone();
        Callback::from(move |event: InputEvent| onseek.set(event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let onchange = {
        let ononly = props.ononly.clone();
        Callback::from(move |event: Event| ononly.set(event.target_unchecked_into::<HtmlInputElement>().checked()))
    };
    html! {
        <search class="finder" aria-label={t!("查找学员")}>
            <div class="control control--search">
                { IconName::Search.draw() }
                <input type="search" value={props.searched.clone()} {oninput} autocomplete="off"
                    placeholder={t!("查找姓名、编号或学校")} aria-label={t!("查找姓名、编号或学校")} />
            </div>
            <label class="pick"><input type="checkbox" checked={props.only_open} {onchange} /><span>{ t!("只看未登记") }</span></label>
        </search>
    }
}

#[derive(Properties, PartialEq)]
struct ParticipantRowProps {
    row: AttendanceRow,
    mark: Mark,
    open: bool,
    /// The row that gets the focus next.
    next: Option<AttrValue>,
    dispatch: UseReducerDispatcher<Marks>,
    /// Corrects the mark after hours were issued.
    oncorrect: Option<Callback<MouseEvent>>,
}

/// One participant: the name, the five choices, and a note if one is needed.
#[component]
fn ParticipantRow(props: &ParticipantRowProps) -> Html {
    let ParticipantRowProps { row, mark, open, next, dispatch, oncorrect } = props;
    let id = row.enrollment_id;
    let choose = {
        let dispatch = dispatch.clone();
        Callback::from(move |status| dispatch.dispatch(Change::Status(id, status)))
    };
    let onkeydown = {
        let (choose, next) = (choose.clone(), next.clone());
        Callback::from(move |event: KeyboardEvent| {
            let in_note = event.target().is_some_and(|target| {
                target.dyn_ref::<HtmlInputElement>().is_some_and(|input| input.type_() == "text")
            });
            let choice = event.key().parse::<usize>().ok().and_then(|digit| digit.checked_sub(1));
            let choice = choice.and_then(|at| AttendanceStatus::ALL.get(at).copied());
            let Some(status) = choice.filter(|_| !in_note) else { return };
            event.prevent_default();
            choose.emit(status);
            focus_row(next.as_deref());
        })
    };
    let oninput = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: InputEvent| {
            dispatch.dispatch(Change::Note(id, event.target_unchecked_into::<HtmlInputElement>().value()));
        })
    };
    let noted = !mark.note.is_empty() || mark.status.is_some_and(|status| status != AttendanceStatus::Present);
    let group = control(row);
    html! {
        <li class={classes!("roll__row", mark.status.is_none().then_some("roll__row--open"))} {onkeydown}>
            <p class="roll__who"><span class="strong">{ &row.teacher_name }</span><code class="muted small">{ &row.teacher_no }</code></p>
            if *open {
                <Segments<AttendanceStatus> id={group.clone()} label={t!("{teacher_name}的考勤", teacher_name = row.teacher_name)} value={mark.status}
                    tones={TONES} onchange={choose} />
                if noted {
                    <input type="text" class="roll__note" maxlength="200" value={mark.note.clone()} {oninput}
                        placeholder={t!("备注：原因、时间")} aria-label={t!("{teacher_name}的备注", teacher_name = row.teacher_name)} />
                }
            } else {
                <p class="roll__said">
                    { match mark.status {
                        Some(status) => badge(tone(status), t!(status.label())),
                        None => html! { <span class="muted">{ t!("未登记") }</span> },
                    } }
                    if !mark.note.is_empty() { <span class="muted small">{ &mark.note }</span> }
                    if let Some(oncorrect) = oncorrect.clone() {
                        <Button kind={ButtonKind::Quiet} label={t!("更正{teacher_name}的考勤", teacher_name = row.teacher_name)} onclick={oncorrect}>{ t!("更正") }</Button>
                    }
                </p>
            }
        </li>
    }
}

fn tone(status: AttendanceStatus) -> Tone {
    let at = AttendanceStatus::ALL.iter().position(|known| *known == status);
    at.and_then(|at| TONES.get(at).copied()).unwrap_or_default()
}

/// Moves the focus to a row: to its chosen radio button or to its first.
fn focus_row(group: Option<&str>) {
    let Some(page) = web_sys::window().and_then(|window| window.document()) else { return };
    let Some(group) = group else { return };
    let find = |selector: String| page.query_selector(&selector).ok().flatten();
    let input = find(format!("input[name='{group}']:checked")).or_else(|| find(format!("input[name='{group}']")));
    if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
        let _ = input.focus();
    }
}
