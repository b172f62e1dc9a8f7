//! What stands in the way of sensors and of what they send, in words.

use anlanh_app::sensor::{MAX_EVENTS_BYTES, MAX_SENSORS, SensorError};

use super::Refusal;

pub(super) fn of_sensor(error: SensorError) -> Refusal {
    let bad = |vi: &str, en: &str| Refusal::new("bad-sensor", vi, en);
    match error {
        SensorError::Name => bad(
            "tên cảm biến gồm 1 đến 64 ký tự a-z, 0-9, - và _",
            "a sensor has a name of 1 to 64 of the characters a-z, 0-9, - and _",
        ),
        SensorError::NameTaken => bad("tên này đã có cảm biến khác dùng", "another sensor has this name"),
        SensorError::Place => bad(
            "cảm biến cần đường dẫn tuyệt đối, địa chỉ để lắng nghe hoặc địa chỉ máy chủ, tùy loại",
            "a sensor has an absolute path, an address to listen on or that of a server, as its kind asks",
        ),
        SensorError::Form => bad(
            "dạng sự kiện này không đi với loại cảm biến này, hoặc thiếu thứ mà nó cần",
            "the form does not come in that way, or needs what is not there",
        ),
        SensorError::Stream => bad(
            "cảm biến NATS cần tên luồng (chữ, số, - và _), có thể kèm một chủ đề; loại khác thì không",
            "a sensor of NATS names a stream (letters, digits, - and _), and a subject if it likes; others name none",
        ),
        SensorError::Credentials => bad(
            "thông tin đăng nhập không dùng được: cần tên và mật khẩu, mã, hoặc khóa nkey bắt đầu bằng SU",
            "the credentials cannot be used: a user and a password, a token, or an nkey that begins with SU",
        ),
        SensorError::Step => Refusal::new(
            "sensor-step",
            "cảm biến đã ở trạng thái đó rồi",
            "the sensor is so already",
        ),
        SensorError::TooMany => Refusal::new(
            "bad-sensor",
            format!("tối đa {MAX_SENSORS} cảm biến"),
            format!("at most {MAX_SENSORS} sensors"),
        ),
        SensorError::NoSuch => Refusal::new(
            "no-such-sensor",
            "không có cảm biến nhận sự kiện qua HTTP nào tên như vậy",
            "there is no sensor of this name that takes events over HTTP",
        ),
        SensorError::NotRunning => Refusal::new(
            "sensor-not-running",
            "cảm biến này chưa chạy hoặc đang gặp sự cố; hãy gửi lại sau",
            "the sensor does not run, or is in trouble; send again later",
        ),
        SensorError::TooLarge => Refusal::new(
            "events-too-large",
            format!("mỗi lần gửi tối đa {MAX_EVENTS_BYTES} byte"),
            format!("at most {MAX_EVENTS_BYTES} bytes at once"),
        ),
        SensorError::Late => Refusal::new(
            "events-late",
            "sự kiện chưa được lưu kịp; hãy gửi lại, có thể sẽ bị lưu hai lần",
            "the events were not kept in time; send them again, and they may be kept twice",
        ),
    }
}
