//! Sample posts for `serve --demo`, all written for it. Each says in its text, its id and its author that it is a sample.

mod centre;

use anlanh_api::{ItemIn, Tally};
use anlanh_app::{App, item};
use anlanh_model::Actor;
use anlanh_screen::Scratch;
use anyhow::Context;
use serde_json::json;

/// What stands before every sample.
const MARK: &str = "[MẪU]";

/// Kind, age of the account in days, text.
const SAMPLES: [(&str, u32, &str); 12] = [
    (
        "post",
        900,
        "Cuối tuần này chợ phiên mở lại, bà con ghé chơi cho vui nhé.",
    ),
    (
        "message",
        2,
        "Chị ơi em bên ngân hàng, chị đọc giúp em mã OTP vừa gửi về máy để em mở khóa tài khoản nhé",
    ),
    (
        "post",
        5,
        "Việc nhẹ lương cao, ngồi nhà xâu vòng ngày kiếm 800k, kết bạn zalo để nhận việc",
    ),
    (
        "comment",
        1,
        "N.h.ậ.n t.h.ư.ở.n.g tại vietcornbank-qua-tang.com, đăng nhập là có tiền",
    ),
    (
        "listing",
        40,
        "Bán xe máy cũ chính chủ, xem xe ở Cầu Giấy, ai mua liên hệ 0912 345 678",
    ),
    (
        "comment",
        300,
        "Bài viết hay quá, cảm ơn tác giả đã chia sẻ kinh nghiệm trồng rau sân thượng.",
    ),
    (
        "message",
        0,
        "Anh dang can xac minh tai khoan, em doc giup anh ma OTP trong 5 phut nua thoi",
    ),
    (
        "post",
        12,
        "Đầu tư tiền ảo cam kết lãi 30% mỗi tháng, hoàn vốn 100%, vào nhóm kín ngay hôm nay",
    ),
    (
        "comment",
        60,
        "Tôi không đồng ý với ý kiến này, nhưng tranh luận như vậy mới tìm ra cách làm đúng.",
    ),
    (
        "listing",
        3,
        "Làm giấy tờ các loại, bằng đại học giả, có phôi thật, giao tận nơi",
    ),
    ("post", 200, "Có ai biết chỗ sửa máy giặt uy tín quanh hồ Tây không ạ?"),
    (
        "livestream_title",
        20,
        "Nhận vay tiền nóng không thế chấp, giải ngân 5 phút, lãi suất thấp",
    ),
];

/// Hands the samples in where nothing was ever kept; how many.
///
/// # Errors
/// When the database is away or full.
pub async fn load(app: &App) -> anyhow::Result<usize> {
    let newest = app.store().read("demo.newest", |tx| {
        Ok::<_, anlanh_store::Error>(!anlanh_store::item::page(tx, None, None, 1)?.is_empty())
    });
    if newest.await? {
        return Ok(0);
    }
    let alerts = centre::load(app).await?;
    let (mut scratch, mut tally) = (Scratch::default(), Tally::default());
    let bodies: Vec<String> = (1..)
        .zip(SAMPLES)
        .map(|(number, sample)| body(number, sample))
        .collect();
    let items = bodies.iter().map(|body| ItemIn::parse(body.as_bytes()));
    let items = items.collect::<Result<_, _>>().context("read the samples")?;
    let judged = item::judge_blocking(app, &mut scratch, items, &mut tally)?;
    let judged = judged.into_iter().collect::<Result<Vec<_>, _>>()?;
    let count = judged.len();
    item::keep(app, &Actor::Node, judged).await?;
    Ok(count + alerts)
}

fn body(number: u32, (kind, age_days, text): (&str, u32, &str)) -> String {
    let item = json!({
        "id": format!("demo-{number}"),
        "kind": kind,
        "text": format!("{MARK} {text}"),
        "author": { "ref": format!("demo-{number}"), "age_days": age_days },
    });
    item.to_string()
}
