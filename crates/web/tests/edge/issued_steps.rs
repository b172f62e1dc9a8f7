//! Steps of orders that an office's own node issues: a number that is used is confirmed, and a step that is refused comes back
//! filled in.

use crate::issued::Pair;

#[tokio::test]
async fn a_number_that_was_used_this_year_is_signed_again_only_by_whoever_says_so() {
    let pair = Pair::new().await;
    let first = pair.draft("remove", "140/A05-P5", "item bai-1").await;
    pair.step(&first, &[("step", "sign")]).await;
    // The same number as people write it.
    let second = pair.draft("remove", "140/a05-p5", "item bai-2").await;
    let page = pair.read(&second).await;
    assert!(
        page.contains(&format!("<a href=\"{first}\">")),
        "it leads to the order before: {page}"
    );
    assert!(page.contains("name=\"again\" value=\"1\" required"), "{page}");
    let sign = async |fields: &[(&str, &str)]| {
        let path = format!("{second}/step");
        let answer = pair.authority.submit(&path, &pair.manager, fields).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, page) = sign(&[("step", "sign")]).await;
    assert_eq!(status, 409);
    let said = page.split("role=\"alert\"").nth(1).unwrap();
    assert!(said.contains("đã ký một yêu cầu khác với số này trong năm"), "{page}");
    assert!(
        page.contains("value=\"sign\""),
        "it is a draft still, and can be signed: {page}"
    );
    let (status, _) = sign(&[("step", "sign"), ("again", "1")]).await;
    assert_eq!(status, 303);
    let page = pair.read(&second).await;
    assert!(page.contains("Ký với số đã dùng trong năm"), "{page}");
    assert!(!page.contains("name=\"again\""), "{page}");
    // Another number asks for nothing.
    let third = pair.draft("remove", "141/A05-P5", "item bai-3").await;
    assert!(!pair.read(&third).await.contains("name=\"again\""));
}

#[tokio::test]
async fn a_step_that_is_refused_comes_back_filled_in_with_what_is_wrong_beside_the_field() {
    let pair = Pair::new().await;
    let order = pair.draft("remove", "142/A05-P5", "item bai-1\nitem bai-2").await;
    pair.step(&order, &[("step", "sign")]).await;
    pair.talk().await;
    let long = "x".repeat(4_001);
    let amend = [
        ("drop", "2"),
        ("add", "item bai-7"),
        ("expires_at", "2026-12-01T08:00"),
        ("secret_until", "2026-10-01T08:00"),
        ("signer", "Đại tá Trần Thị B"),
        ("words", "Bổ sung một bài."),
    ];
    let withdraw = [("signer", "Đại tá Trần Thị B"), ("words", "Ban hành nhầm.")];
    let remind = [("words", "Đề nghị báo cáo trước 17 giờ.")];
    let check = async |step: &str, good: &[(&str, &str)], (field, value): (&str, &str), expected: (u16, &str)| {
        let mut fields = vec![("step", step)];
        fields.extend(
            good.iter()
                .map(|(name, it)| (*name, if *name == field { value } else { *it })),
        );
        let answer = pair
            .authority
            .submit(&format!("{order}/step"), &pair.manager, &fields)
            .await;
        assert_eq!(answer.status().as_u16(), expected.0, "{step} {field}");
        let page = answer.text().await.unwrap();
        let summary = page.split("<details class=\"sure\" open>").nth(1);
        let form = summary.unwrap_or_else(|| panic!("{step} {field}: it is not open: {page}"));
        let form = form.split("</details>").next().unwrap();
        let wrong = form.split(&format!("id=\"{step}-{field}-wrong\"")).nth(1);
        let wrong = wrong.unwrap_or_else(|| panic!("{step} {field}: {form}"));
        assert!(
            wrong.split("</p>").next().unwrap().contains(expected.1),
            "{step} {field}: {form}"
        );
        for (name, typed) in fields.iter().filter(|(name, _)| *name != "step") {
            assert!(form.contains(typed), "{step} {field}: {name} is lost: {form}");
        }
    };
    check("remind", &remind, ("words", &long), (422, "quá dài")).await;
    check("amend", &amend, ("drop", "hai"), (400, "cách nhau bằng dấu phẩy")).await;
    check("amend", &amend, ("add", "bai-7"), (400, "Mỗi dòng một đối tượng")).await;
    let no_day = "2026-02-31T08:00";
    check("amend", &amend, ("expires_at", no_day), (400, "Không có ngày giờ này")).await;
    check(
        "amend",
        &amend,
        ("secret_until", no_day),
        (400, "Không có ngày giờ này"),
    )
    .await;
    let name = "A".repeat(201);
    check("amend", &amend, ("signer", &name), (422, "quá dài")).await;
    check("amend", &amend, ("words", &long), (422, "quá dài")).await;
    check("withdraw", &withdraw, ("signer", &name), (422, "quá dài")).await;
    check("withdraw", &withdraw, ("words", &long), (422, "quá dài")).await;
    // Nothing of it was done, and what is right goes through.
    let page = pair.read(&order).await;
    assert!(page.contains("value=\"withdraw\"") && !page.contains("bai-7"), "{page}");
    let mut right = vec![("step", "amend")];
    right.extend(amend);
    pair.step(&order, &right).await;
    assert!(pair.read(&order).await.contains("bai-7"));
}
