//! The one time that a secret is seen.

use songjiao_types::api_keys::IssuedApiKey;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Dialog, Field, IconName, Notice, Tone, use_toasts};

/// What [`SecretDialog`] is given.
#[derive(Properties, PartialEq)]
pub struct SecretDialogProps {
    /// The key with its secret; closed while there is none.
    pub issued: Option<IssuedApiKey>,
    pub onclose: Callback<()>,
}

/// Shows a new secret, to be copied now or never.
#[component]
pub fn SecretDialog(props: &SecretDialogProps) -> Html {
    let SecretDialogProps { issued, onclose } = props;
    let title = issued.as_ref().map(|issued| t!("“{name}”的密钥", name = issued.key.name)).unwrap_or_default();
    let footer = html! {
        <Button kind={ButtonKind::Primary} onclick={onclose.reform(|_| ())}>{ t!("我已保存密钥") }</Button>
    };
    let content = match issued.as_ref().map(|issued| issued.secret.clone()) {
        None => Html::default(),
        Some(Some(secret)) => html! { <Secret secret={AttrValue::from(secret)} /> },
        // The answer got lost on its way, and comes without what is shown once.
        Some(None) => html! {
            <Notice tone={Tone::Warning} title={t!("密钥已生成，但未能显示")}>{ t!("请用“轮换”再生成一个。") }</Notice>
        },
    };
    html! { <Dialog open={issued.is_some()} {title} onclose={onclose.clone()} {footer}>{ content }</Dialog> }
}

#[derive(Properties, PartialEq)]
struct SecretProps {
    secret: AttrValue,
}

#[component]
fn Secret(props: &SecretProps) -> Html {
    let toasts = use_toasts();
    let field = use_node_ref();
    let copy = {
        let (field, secret) = (field.clone(), props.secret.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                field.select();
            }
            let (toasts, secret) = (toasts.clone(), secret.clone());
            spawn_local(async move {
                let copied = match web_sys::window() {
                    // Browsers keep the clipboard from pages that came without encryption.
                    Some(window) if window.is_secure_context() => {
                        JsFuture::from(window.navigator().clipboard().write_text(&secret)).await.is_ok()
                    }
                    _ => false,
                };
                toasts.success(if copied {
                    t!("密钥已复制")
                } else {
                    t!("已选中密钥，请按 Ctrl+C 复制")
                });
            });
        })
    };
    html! {
        <div class="stack">
            <Notice tone={Tone::Warning} title={t!("密钥只显示这一次")}>
                { t!("请立即复制并妥善保存；系统只保留其摘要，关闭后无法再次查看。") }
            </Notice>
            <Field id="api-key-secret" label={t!("密钥")}>
                <input id="api-key-secret" class="mono" ref={field} type="text" readonly=true value={props.secret.clone()}
                    autocomplete="off" spellcheck="false" />
            </Field>
            <Button icon={IconName::Key} onclick={copy}>{ t!("复制密钥") }</Button>
            <p class="muted">{ t!("调用接口时放在请求头中：") }<code>{ "Authorization: Bearer sjk_…" }</code></p>
        </div>
    }
}
