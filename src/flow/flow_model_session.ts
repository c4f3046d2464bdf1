import { OnnxFile } from '../engine/onnx_file.js';
import type { Picture } from '../picture.js';
import type { FlowField } from './flow_field.js';
import { type FlowModel, flowOfOutputs, layOutModel, modelInputs } from './flow_model.js';

/** A learned estimator's file, open in this thread until it closes; an evaluation blocks the thread. */
export class FlowModelSession {
  #open: { readonly model: FlowModel; readonly file: OnnxFile } | undefined;

  /**
   * Flow from one frame to another, px. Frames are `[3,H,W]`, 0..255, of one size. The file is read at the first call,
   * and kept.
   *
   * @throws NstError input ONNX_FILE_BAD, ONNX_FILE_FAILED, FLOW_MODEL_BAD; resources OUT_OF_MEMORY
   */
  async estimate(from: Picture, to: Picture, model: FlowModel): Promise<FlowField> {
    const file = await this.#file(model);
    const layout = layOutModel(model.path, file.inputs, from);
    const outputs = await file.run(modelInputs(from, to, file.inputs, layout, model.range));
    return flowOfOutputs(model.path, outputs, layout, from);
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.file.dispose();
  }

  async #file(model: FlowModel): Promise<OnnxFile> {
    if (this.#open?.model.path !== model.path || this.#open.model.threads !== model.threads) {
      await this.close();
      this.#open = { model, file: await OnnxFile.open(model.path, model) };
    }
    return this.#open.file;
  }
}
