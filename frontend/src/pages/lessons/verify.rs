//! Public verification of a certificate's number 证书查验.

use songjiao_types::{
    certifications::{CertificationView, VerificationResult, VerificationView},
    normal,
};
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::{
    api::certifications::verify_certificate,
    components::{Button, ButtonKind, Field, IconName, KeyValues, Link, PageHeader, Section, Tone, loaded},
    format,
    hooks::use_query,
    i18n::heading,
    route::Route,
};

/// The longest number that is looked up.
const MAX_LENGTH: usize = 64;

/// Properties of [`VerifyPage`].
#[derive(Properties, PartialEq)]
pub struct VerifyPageProps {
    /// The number in the address, as from a QR code.
    #[prop_or_default]
    pub number: Option<AttrValue>,
}

/// A field for the number, and the result of the verification.
#[component]
pub fn VerifyPage(props: &VerifyPageProps) -> Html {
    let from_url = props.number.as_deref().map(normalize).unwrap_or_default();
    let navigator = use_navigator().expect("below the router");
    let typed = use_state(|| from_url.clone());
    let error = use_state(|| None::<AttrValue>);
    {
        let (typed, error) = (typed.clone(), error.clone());
        use_effect_with(from_url.clone(), move |from_url| {
            typed.set(from_url.clone());
            error.set(None);
        });
    }
    let load = use_query((!from_url.is_empty()).then(|| verify_certificate(&from_url)));
    let oninput = {
        let (typed, error) = (typed.clone(), error.clone());
        Callback::from(move |event: InputEvent| {
            typed.set(event.target_unchecked_into::<HtmlInputElement>().value());
            error.set(None);
        })
    };
    let onsubmit = {
        let (typed, error, reload, from_url) = (typed.clone(), error.clone(), load.reload.clone(), from_url.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let number = normalize(&typed);
            if number.is_empty() {
                error.set(Some(t!("请填写证书编号").into()));
            } else if number == from_url {
                reload.emit(());
            } else {
                navigator.push(&Route::VerifyNumber { number });
            }
        })
    };
    let hint = t!("印在证书上方，如 SL2026-示-0007。");
    html! {
        <div class="verify">
            <PageHeader title={t!("证书查验")} subtitle={t!("核对“三课”认定证书（达标课、优质课、示范课）的真伪和效力，无需登录。")} />
            <Section>
                <form class="verify__form" {onsubmit} novalidate=true aria-label={t!("证书查验")}>
                    <Field id="number" label={heading::<CertificationView>("number")} required=true {hint} error={(*error).clone()}>
                        <input id="number" type="text" value={(*typed).clone()} {oninput} maxlength={MAX_LENGTH.to_string()}
                            autocomplete="off" autocapitalize="characters" spellcheck="false" enterkeyhint="search"
                            autofocus={from_url.is_empty()} aria-required="true"
                            aria-invalid={error.is_some().then_some("true")}
                            aria-describedby={if error.is_some() { "number-error number-hint" } else { "number-hint" }} />
                    </Field>
                    <Button kind={ButtonKind::Primary} r#type="submit" icon={IconName::Search} busy={load.loading}>{ t!("查验") }</Button>
                </form>
            </Section>
            <div aria-live="polite">
                if !from_url.is_empty() { { loaded(&load, result) } }
            </div>
        </div>
    }
}

/// Returns the normal form of a typed or copied number.
fn normalize(typed: &str) -> String {
    normal::certificate_number(typed).chars().take(MAX_LENGTH).collect()
}

/// The result at a glance.
struct Verdict {
    tone: Tone,
    icon: IconName,
    title: &'static str,
    detail: &'static str,
}

fn verdict(result: VerificationResult) -> Verdict {
    let (tone, icon, title, detail) = match result {
        VerificationResult::Valid => (Tone::Success, IconName::Check, t!("有效"), t!("该证书真实有效。")),
        VerificationResult::Superseded => (
            Tone::Warning,
            IconName::Info,
            t!("已被更高等次取代"),
            t!("该证书真实，但同一课例后来获得了更高等次的认定。"),
        ),
        VerificationResult::Reissued => {
            (Tone::Warning, IconName::Info, t!("已重新制发"), t!("该证书真实，已用新编号重新制发，请查验新证书。"))
        }
        VerificationResult::Revoked => {
            (Tone::Danger, IconName::Close, t!("已撤销"), t!("该证书的认定已被撤销，不再有效。"))
        }
        VerificationResult::Unknown => (
            Tone::Neutral,
            IconName::Search,
            t!("未查到"),
            t!("没有这个编号的证书。请核对编号，注意数字 0 与字母 O 的区别。"),
        ),
    };
    Verdict { tone, icon, title, detail }
}

fn result(view: &VerificationView) -> Html {
    let Verdict { tone, icon, title, detail } = verdict(view.result);
    html! {
        <section class={format!("verdict verdict--{}", tone.name())} aria-label={t!("查验结果")}>
            <div class="verdict__head">
                <span class="verdict__icon">{ icon.draw() }</span>
                <div>
                    <h2 class="verdict__title">{ title }</h2>
                    <p>{ detail }</p>
                </div>
            </div>
            <KeyValues items={properties(view)} />
        </section>
    }
}

fn properties(view: &VerificationView) -> Vec<(AttrValue, Html)> {
    let mut items = vec![(heading::<CertificationView>("number"), html! { <code>{ &view.number }</code> })];
    let texts = [
        (heading::<CertificationView>("award"), view.award_label.clone()),
        (heading::<CertificationView>("teacher_name"), view.teacher_name.clone()),
        (heading::<CertificationView>("school_name"), view.school_name.clone()),
        (heading::<CertificationView>("lesson_title"), view.lesson_title.clone()),
        (heading::<CertificationView>("lesson_subject"), view.subject.clone()),
        (heading::<CertificationView>("awarded_on"), view.awarded_on.map(format::long_date)),
        (heading::<CertificationView>("issued_on"), view.issued_on.map(format::long_date)),
    ];
    let known = texts.into_iter().filter_map(|(term, text)| Some((term, html! { text? })));
    items.extend(known);
    if let Some(number) = &view.superseded_by_number {
        let to = Route::VerifyNumber { number: number.clone() };
        items.push((t!("现行证书").into(), html! { <Link {to}>{ number }</Link> }));
    }
    if let Some(number) = &view.reissued_as_number {
        let to = Route::VerifyNumber { number: number.clone() };
        items.push((t!("重新制发为").into(), html! { <Link {to}>{ number }</Link> }));
    }
    items
}

#[cfg(test)]
mod tests {
    use songjiao_types::WireEnum;

    use super::*;

    // Cases D3 and F1
    #[test]
    fn a_number_is_found_however_it_was_typed_or_copied() {
        for typed in ["SL2026-示-0007", "ＳＬ２０２６－示－０００７", "编号：sl2026–示—0007", "SL2026-\u{2F70}-0007"]
        {
            assert_eq!(normalize(typed), "SL2026-示-0007", "{typed:?}");
        }
        assert_eq!(normalize("　\t"), "");
        assert_eq!(normalize(&"1".repeat(200)).len(), MAX_LENGTH);
    }

    #[test]
    fn only_a_valid_certificate_looks_valid() {
        let success = |result| verdict(result).tone == Tone::Success;
        assert!(success(VerificationResult::Valid));
        for result in VerificationResult::ALL.iter().copied().filter(|result| *result != VerificationResult::Valid) {
            assert!(!success(result));
        }
    }
}
