// What a page starts in the browser. Each behaviour stands alone, and every page works without any of them.
import { focusErrors } from "./focus-error.js";
import { renewReadings } from "./readings.js";
import { keepPageFresh } from "./refresh.js";
import { tickTimes } from "./relative-time.js";
import { followTopics } from "./stream.js";
import { submitOnce } from "./submit-once.js";

focusErrors();
submitOnce();
tickTimes();
renewReadings();
keepPageFresh();
followTopics();
